import Bytes
import Facts

/// What became of a message, in the words of `mail_deliver_log` and of Pigeonhole's actions.
struct DovecotOutcome {
  /// `stored`, `forwarded` …; nil where the line tells of something else that a script did.
  private var action: StaticString?
  private var mailbox: Bytes?
  private var target: Bytes?
  private var sender: Bytes?
  private var reason: Bytes?

  /// Reads what stands behind the Message-ID; nil if it is no action.
  init?(_ text: Bytes) {
    guard let initial = text.first?.lowercased else { return nil }
    switch initial {
    case UInt8(ascii: "s"): guard readStored(text) else { return nil }
    case UInt8(ascii: "f"): guard readForwarded(text) else { return nil }
    case UInt8(ascii: "m"):
      guard
        text.hasPrefix("marked message to be discarded if not explicitly delivered")
          || text.hasPrefix("Marked message to be discarded if not explicitly delivered")
      else { return nil }
      action = "discarded"
    case UInt8(ascii: "d"): guard readDiscarded(text) else { return nil }
    case UInt8(ascii: "r"): guard readRejected(text) else { return nil }
    case UInt8(ascii: "p"), UInt8(ascii: "l"), UInt8(ascii: "k"): guard readKept(text) else { return nil }
    case UInt8(ascii: "n"), UInt8(ascii: "e"): guard readNote(text) else { return nil }
    default: return nil
    }
  }

  func fill(_ fact: Fact) -> Recognition {
    fact[.mailbox] = mailbox
    if let target { fact[.relayName] = target }
    if let sender { fact[.sender] = sender }
    fact[.reason] = reason
    guard let action else {
      fact.event = .other
      return .recognized
    }
    fact.event = .mailbox
    fact[.action] = Bytes(action)
    return .recognized
  }

  /// `saved mail to INBOX`, `stored mail into mailbox 'INBOX'`, `save failed to INBOX: Quota exceeded`, `sent vacation`
  /// `response to <a@b>`
  private mutating func readStored(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    if cursor.take("saved mail to ") {
      action = "stored"
      mailbox = cursor.rest
      return !cursor.isAtEnd
    }
    if cursor.take("stored mail into mailbox '") {
      action = "stored"
      return takeMailbox(cursor.rest)
    }
    if cursor.take("save failed to ") {
      _ = cursor.take("open mailbox ")
      guard let name = cursor.take(through: ": ") else { return false }
      action = "failed"
      mailbox = name
      reason = cursor.rest
      return true
    }
    guard cursor.take("sent vacation response to ") || cursor.take("sent notification to ") else { return false }
    if text.hasPrefix("sent vacation") { action = "vacation" } else { reason = text }
    return takeTarget(&cursor)
  }

  /// `forwarded to <a@example.org>`, `failed to store into mailbox 'X': …`, `failed to redirect message to`
  /// `<a@example.org>: …`
  private mutating func readForwarded(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    if cursor.take("forwarded to ") {
      action = "forwarded"
      return takeTarget(&cursor)
    }
    guard cursor.take("failed to ") || cursor.take("Failed to ") else { return false }
    action = "failed"
    if cursor.take("store into mailbox '") {
      guard let name = cursor.take(through: "': ") else { return false }
      mailbox = name
      reason = cursor.rest
      return true
    }
    reason = text
    if cursor.take("redirect message to ") || cursor.take("forward message to ")
      || cursor.take("send vacation response to ")
      || cursor.take("reject message")
    {
      target = AddressList.takeAddress(&cursor)
      return true
    }
    return false
  }

  /// `discarded duplicate vacation response to <a@b>`, `discarded duplicate forward to <a@b>`, `discarding vacation`
  /// `response …`
  private mutating func readDiscarded(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    guard cursor.take("discarded duplicate vacation response to ") || cursor.take("discarded duplicate forward to ")
    else {
      reason = text
      return text.hasPrefix("discarding vacation response ") || text.hasPrefix("discarded vacation reply ")
    }
    reason = text.prefix(cursor.position - " to ".utf8.count)
    return takeTarget(&cursor)
  }

  /// `rejected message from <a@example.org> (reject)`, `rejected: Quota exceeded`
  private mutating func readRejected(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    action = "rejected"
    if cursor.take("rejected message from ") {
      guard let address = AddressList.takeAddress(&cursor) else { return false }
      sender = address
      reason = cursor.rest.trimmed.isEmpty ? nil : cursor.rest.trimmed
      return true
    }
    guard cursor.take("rejected: ") || cursor.take("rejected, ") else { return false }
    reason = cursor.rest
    return true
  }

  /// `left message in mailbox 'INBOX'`, `piped message to program `x'`
  private mutating func readKept(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    if cursor.take("left message in mailbox '") {
      action = "stored"
      return takeMailbox(cursor.rest)
    }
    guard cursor.take("piped message to program `"), cursor.rest.last == UInt8(ascii: "'") else { return false }
    action = "forwarded"
    target = cursor.rest.dropLast()
    return true
  }

  /// `not sending vacation response …`, `execution of script x failed, but implicit keep was successful`
  private mutating func readNote(_ text: Bytes) -> Bool {
    reason = text
    return text.hasPrefix("not sending vacation ") || text.hasPrefix("execution of script ")
      || text.hasPrefix("Execution of script ")
  }

  private mutating func takeMailbox(_ rest: Bytes) -> Bool {
    guard rest.last == UInt8(ascii: "'") else { return false }
    mailbox = rest.dropLast()
    return true
  }

  private mutating func takeTarget(_ cursor: inout ByteCursor) -> Bool {
    target = AddressList.takeAddress(&cursor)
    return target != nil && cursor.isAtEnd
  }
}
