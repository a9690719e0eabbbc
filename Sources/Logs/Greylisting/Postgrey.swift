import Bytes
import Facts

/// Lines of `postgrey(8)`.
enum Postgrey {
  /// `action=greylist, reason=new, client_name=mail.example.org, client_address=192.0.2.1, sender=a@example.org, recipient=b@example.net`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if let queueID = QueueIDPrefix.take(&cursor), !queueID.isEmpty { fact[.queueID] = queueID }
    guard cursor.take("action=") else { return readDaemon(text, fact) }
    guard let action = cursor.take(through: ", "), cursor.take("reason="), let reason = cursor.take(through: ", ") else {
      return .unrecognized
    }
    if cursor.take("delay=") {
      guard let seconds = cursor.takeInteger(), seconds < 1 << 40, cursor.take(", ") else { return .unrecognized }
      fact[.delay] = seconds * 1_000_000
    }
    if cursor.take("client_name="), let name = cursor.take(through: ", "), !(name == "unknown") { fact[.clientName] = name }
    guard cursor.take("client_address="), let address = cursor.take(through: ", ") else { return .unrecognized }
    // The sender is left out where it is the null reverse-path, and may hold anything, even a comma.
    let rest = cursor.rest
    guard let mark = rest.hasPrefix("recipient=") ? -2 : rest.lastIndex(of: ", recipient=") else { return .unrecognized }
    fact[.sender] = mark < 0 ? .empty : rest.prefix(mark).dropFirst("sender=".utf8.count)
    fact[.recipient] = rest.dropFirst(mark + ", recipient=".utf8.count)
    fact[.clientAddress] = address
    fact[.action] = action
    fact[.reason] = reason
    fact[.engine] = Bytes("postgrey")
    fact.event = .greylist
    return .recognized
  }

  private static func readDaemon(_ text: Bytes, _ fact: Fact) -> Recognition {
    for words in ["cleaning ", "whitelisted: ", "rm ", "correcting date for first seen "] as [StaticString]
    where text.hasPrefix(words) {
      return .ignored
    }
    for words in ["unrecognized request type: ", "ignoring garbage: ", "WARNING: ", "warning: "] as [StaticString]
    where text.hasPrefix(words) {
      fact.event = .warning
      fact[.reason] = text
      return .recognized
    }
    if text.hasPrefix("FATAL: ") {
      fact.event = .error
      fact[.reason] = text
      return .recognized
    }
    return NetServer.read(text, fact)
  }
}
