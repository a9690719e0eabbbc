import Bytes
import Facts

/// The rules of `rspamd` that matched, and what those of them that check authentication found.
enum RspamdSymbols {
  /// `R_DKIM_ALLOW(-0.20){example.org:s=s1;},MIME_GOOD(-0.10){text/plain;}]`, the bracket included.
  static func take(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    if cursor.take("]") { return true }
    while true {
      let name = cursor.take { $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "]") }
      var score: Int64?
      if cursor.take("(") {
        guard let number = cursor.take(upTo: UInt8(ascii: ")")) else { return false }
        score = number.millionths
        _ = cursor.take(")")
      }
      guard !name.isEmpty, let options = takeOptions(&cursor) else { return false }
      if fact.symbols.count < FilterLimits.symbols { fact.symbols.append(Symbol(name: name, score: score)) }
      RspamdResults.add(name, options, fact)
      if cursor.take("]") { return true }
      guard cursor.take(",") else { return false }
    }
  }

  /// `{example.org:s=s1;other;}`, without the braces. The options come from the message and may hold a brace: they end
  /// where another rule, or the list's end, follows.
  private static func takeOptions(_ cursor: inout ByteCursor) -> Bytes? {
    guard cursor.take("{") else { return .empty }
    let text = cursor.rest
    var from = 0
    while let brace = text.firstIndex(of: UInt8(ascii: "}"), from: from) {
      if brace + 1 < text.count, text[brace + 1] == UInt8(ascii: ",") || text[brace + 1] == UInt8(ascii: "]"),
        brace == 0 || text[brace - 1] == UInt8(ascii: ";")
      {
        cursor.position += brace + 1
        return text.prefix(brace)
      }
      from = brace + 1
    }
    return nil
  }
}
