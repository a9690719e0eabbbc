import Bytes
import Facts

/// Lines of `postgrey(8)`.
enum Postgrey {
  /// `action=greylist, reason=new, client_name=mail.example.org, client_address=192.0.2.1, sender=a@example.org,`
  /// `recipient=b@example.net`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if let queueID = QueueIDPrefix.take(&cursor), !queueID.isEmpty { fact[.queueID] = queueID }
    guard cursor.take("action=") else { return readDaemon(text, fact) }
    guard let action = cursor.take(through: ", "), cursor.take("reason="), let reason = cursor.take(through: ", ")
    else {
      return .unrecognized
    }
    if cursor.take("delay=") {
      guard let seconds = cursor.takeInteger(), seconds < 1 << 40, cursor.take(", ") else { return .unrecognized }
      fact[.delay] = seconds * 1_000_000
    }
    if cursor.take("client_name="), let name = cursor.take(through: ", "), !(name == "unknown") {
      fact[.clientName] = name
    }
    guard cursor.take("client_address="), let address = cursor.take(through: ", ") else { return .unrecognized }
    // The sender is left out where it is the null reverse-path, and may hold anything, even a comma.
    fact[.sender] = .empty
    if cursor.take("sender=") {
      guard let sender = takeSender(&cursor), cursor.take(", ") else { return .unrecognized }
      fact[.sender] = sender
    }
    guard cursor.take("recipient=") else { return .unrecognized }
    fact[.recipient] = cursor.rest
    fact[.clientAddress] = address
    fact[.action] = action
    fact[.reason] = reason
    fact[.engine] = Bytes("postgrey")
    fact.event = .greylist
    return .recognized
  }

  /// Up to `, recipient=`, beyond a quoted local part.
  private static func takeSender(_ cursor: inout ByteCursor) -> Bytes? {
    let rest = cursor.rest
    var from = 0
    if rest.first == UInt8(ascii: "\"") {
      guard let end = AddressList.endOfQuotes(rest, from: 1) else { return nil }
      from = end
    }
    guard let mark = rest.firstIndex(of: ", recipient=", from: from) else { return nil }
    return cursor.take(count: mark)
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
