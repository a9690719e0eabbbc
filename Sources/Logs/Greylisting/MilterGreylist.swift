import Bytes
import Facts

/// Lines of `milter-greylist(8)`.
enum MilterGreylist {
  /// `4bYx2k1PvLz3w: addr mail.example.org[192.0.2.1] from <a@example.org> to <b@example.net> delayed for 00:04:47`
  /// `(ACL 99)`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if let queueID = QueueIDPrefix.take(&cursor), !queueID.isEmpty { fact[.queueID] = queueID }
    if cursor.take("addr ") { return delayed(&cursor, fact) }
    if cursor.take("skipping greylist because ") { return skipped(&cursor, fact) }
    if text.hasPrefix("milter-greylist-") || text.hasPrefix("Exiting on signal ") {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    return text.hasPrefix("reloading ") || text.hasPrefix("reloaded ") ? .ignored : .unrecognized
  }

  /// `mail.example.org[192.0.2.1] from <a@example.org> to <b@example.net> delayed for 00:04:47 (ACL 99)`
  private static func delayed(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard takeClient(&cursor, fact), cursor.take(" from "), let sender = AddressList.takeAddress(&cursor),
      cursor.take(" to "), let recipient = AddressList.takeAddress(&cursor)
    else { return .unrecognized }
    fact[.sender] = sender
    fact[.recipient] = recipient
    if cursor.take(" delayed") { return judged("greylist", cursor.rest.trimmed, fact) }
    return cursor.take(" autowhitelisted") ? judged("pass", Bytes("autowhitelisted"), fact) : .unrecognized
  }

  /// `address 192.0.2.1 is whitelisted, (from=<a@example.org>, rcpt=<b@example.net>, addr=mail.example.org[192.0.2.1])`
  /// `ACL 1`
  private static func skipped(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard let reason = cursor.take(through: ", (from="), let sender = AddressList.takeAddress(&cursor),
      cursor.take(", rcpt="), let recipient = AddressList.takeAddress(&cursor), cursor.take(", addr="),
      takeClient(&cursor, fact)
    else { return .unrecognized }
    fact[.sender] = sender
    fact[.recipient] = recipient
    return judged("pass", reason, fact)
  }

  private static func judged(_ action: StaticString, _ reason: Bytes, _ fact: Fact) -> Recognition {
    fact.event = .greylist
    fact[.engine] = Bytes("milter-greylist")
    fact[.action] = Bytes(action)
    if !reason.isEmpty { fact[.reason] = reason }
    return .recognized
  }

  /// `mail.example.org[192.0.2.1]`
  private static func takeClient(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    let name = cursor.take { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: " ") }
    guard cursor.take("["), let address = cursor.take(through: "]") else { return false }
    if !name.isEmpty && !(name == "unknown") { fact[.clientName] = name }
    fact[.clientAddress] = address
    return true
  }
}
