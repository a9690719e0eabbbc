package import Bytes
import Facts

/// Lines of `rspamd`, from its own file or through syslog.
///
/// The head of its own file (time, `#pid(worker)` and `<tag>; `) is read elsewhere; the tag, which is the same in all
/// lines about one message, is the fact's session.
package enum Rspamd {
  package static func reader(for program: Bytes) -> TextReader? {
    Filters.baseName(program).hasPrefix("rspamd") ? TextReader(read) : nil
  }

  /// `<8a1cdd>; milter; rspamd_milter_process_command: got connection from 198.51.100.13:52371`, the tag and the module
  /// being absent from some lines.
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    // Through syslog, rspamd writes its worker in front: `(rspamd_proxy) `.
    if cursor.take("("), cursor.take(through: ") ") == nil { return .unrecognized }
    if cursor.take("<") {
      guard let tag = cursor.take(through: ">; "), tag.count <= FilterLimits.sessionBytes else { return .unrecognized }
      if !tag.isEmpty { fact[.session] = tag }
    }
    let head = cursor.rest
    var module = Bytes.empty
    let word = cursor.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    if cursor.take("; ") {
      module = word
    } else {
      cursor = ByteCursor(head)
    }
    let function = cursor.take {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
    if module == "lua" && cursor.take(":") { _ = cursor.take(while: \.isDigit) }
    guard !function.isEmpty, cursor.take(": ") else { return .unrecognized }
    return dispatch(module, function, cursor.rest, fact)
  }

  private static func dispatch(_ module: Bytes, _ function: Bytes, _ message: Bytes, _ fact: Fact) -> Recognition {
    if function == "rspamd_task_write_log" { return RspamdTask.readLog(message, fact) }
    if function == "rspamd_message_parse" { return RspamdTask.readLoaded(message, fact) }
    if function == "rspamd_milter_process_command" { return RspamdTask.readConnection(message, fact) }
    if function == "rspamd_add_passthrough_result" { return RspamdTask.readPassthrough(message, fact) }
    if function == "rspamd_dkim_check" { return RspamdDKIM.readCheck(message, fact) }
    if function == "dkim_module_key_handler" { return RspamdDKIM.readKey(message, fact) }
    if function == "dkim_symbol_callback" { return RspamdDKIM.readSymbol(message, fact) }
    return RspamdChatter.read(module, function, message, fact)
  }
}
