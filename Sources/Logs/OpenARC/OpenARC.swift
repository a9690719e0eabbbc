package import Bytes
import Facts

/// Lines of `openarc(8)`: the state of the chain that a message brought.
package enum OpenARC {
  package static func reader(for program: Bytes) -> TextReader? {
    Filters.baseName(program) == "openarc" ? TextReader(read) : nil
  }

  /// `4bYx2k1PvLz3w: chain state from message: pass`
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    guard let queueID = QueueIDPrefix.take(&cursor) else { return readDaemon(text, fact) }
    if !queueID.isEmpty { fact[.queueID] = queueID }
    if cursor.take("chain state from message: ") {
      guard let word = ResultWord.of(cursor.rest) else { return .unrecognized }
      fact.event = .arc
      fact[.result] = word
      fact.results.append(AuthenticationResult(method: Bytes("arc"), result: word))
      return .recognized
    }
    let message = cursor.rest
    if message == "no signature data" { return .ignored }
    if message.hasPrefix("failed to ") || message.hasPrefix("error ") || message.hasPrefix("can't ") {
      fact.event = .warning
      fact[.reason] = message
      return .recognized
    }
    return .unrecognized
  }

  private static func readDaemon(_ text: Bytes, _ fact: Fact) -> Recognition {
    if text.hasPrefix("OpenARC Filter") || text.hasPrefix("configuration reloaded") || text == "exiting"
      || text.hasPrefix("exited with status ") || text.hasPrefix("terminated with signal ")
    {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    return text.hasPrefix("ignoring connection from ") ? .ignored : .unrecognized
  }
}
