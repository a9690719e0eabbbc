import Bytes
import Facts

/// The line that `amavisd` writes for each message, as its templates of log level 0 make it.
enum AmavisVerdict {
  /// `Passed CLEAN {RelayedInbound}, [198.51.100.1]:5 [192.0.2.9] <from> -> <to>,<to2>, Queue-ID: X, Message-ID: <…>,`
  /// ` mail_id: …, Hits: -2.5, size: 4711, queued_as: Y, 123 ms`
  static func read(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    let passed = cursor.take("Passed ")
    guard passed || cursor.take("Blocked "), let category = takeCategory(&cursor) else { return .unrecognized }
    fact[.reason] = category
    let actions = takeActions(&cursor)
    guard cursor.take(", "), takeEnvelope(&cursor, fact), takeFields(&cursor, fact) else { return .unrecognized }
    fact.event = .filter
    fact[.engine] = Bytes("amavis")
    fact[.action] = action(passed: passed, actions, quarantined: fact[.mailbox] != nil)
    return .recognized
  }

  /// `CLEAN`, `INFECTED (Eicar-Test-Signature)`: up to the actions in braces, or the comma where an old version has
  /// none.
  private static func takeCategory(_ cursor: inout ByteCursor) -> Bytes? {
    let start = cursor.position
    let word = cursor.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ",") }
    guard !word.isEmpty else { return nil }
    if word.last == UInt8(ascii: ",") {
      cursor.position -= 1
      return word.dropLast()
    }
    guard cursor.take(" (") else { return word }
    let rest = cursor.rest
    // Names of files and viruses come from the sender and may hold parentheses.
    guard let end = rest.firstIndex(of: ") {") ?? rest.firstIndex(of: "), ") else { return nil }
    let length = cursor.position + end + 1 - start
    cursor.position = start
    return cursor.take(count: length)
  }

  /// `{DiscardedInbound,Quarantined}`, without the braces.
  private static func takeActions(_ cursor: inout ByteCursor) -> Bytes {
    guard cursor.take(" {"), let actions = cursor.take(upTo: UInt8(ascii: "}")) else { return .empty }
    cursor.position += 1
    return actions
  }

  /// `MYNETS LOCAL [198.51.100.1]:5 [192.0.2.9] <from> -> <to>,<to2>`: the client of the MTA comes first, then the
  /// origin that amavis guessed from the trace fields.
  private static func takeEnvelope(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    let banks = cursor.take { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "<") }
    if cursor.take(UInt8(ascii: "[")) {
      guard let address = cursor.take(upTo: UInt8(ascii: "]")) else { return false }
      cursor.position += 1
      if !address.isEmpty { fact[.clientAddress] = address }
      if cursor.take(UInt8(ascii: ":")) { fact[.clientPort] = cursor.takeInteger() }
      guard cursor.take(upTo: UInt8(ascii: "<")) != nil else { return false }
    } else if banks.contains(UInt8(ascii: ":")) {
      return false
    }
    guard let sender = AddressList.takeAddress(&cursor), cursor.take(" -> "), let recipients = AddressList(&cursor)
    else {
      return false
    }
    fact[.sender] = sender
    fact[.recipient] = recipients.first
    fact[.recipientCount] = recipients.count
    return true
  }

  /// `, key: value` pairs up to `, 123 ms`; false where the line stops before it.
  private static func takeFields(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    while cursor.take(", ") {
      switch cursor.peek {
      case UInt8(ascii: "q"):
        if cursor.take("quarantine: ") {
          fact[.mailbox] = value(&cursor)
          continue
        }
        if cursor.take("queued_as: ") {
          let next = value(&cursor)
          let id = next.prefix(next.firstIndex(of: UInt8(ascii: "/")) ?? next.count)
          if !id.isEmpty && !id.contains(UInt8(ascii: " ")) { fact[.nextQueueID] = id }
          continue
        }
      case UInt8(ascii: "Q"):
        if cursor.take("Queue-ID: ") {
          fact[.queueID] = value(&cursor)
          continue
        }
      case UInt8(ascii: "M"):
        if cursor.take("Message-ID: ") {
          fact[.messageID] = takeMessageID(&cursor)
          continue
        }
      case UInt8(ascii: "H"):
        if cursor.take("Hits: ") {
          fact[.score] = value(&cursor).millionths
          continue
        }
      case UInt8(ascii: "s"):
        if cursor.take("size: ") {
          fact[.size] = value(&cursor).integer
          continue
        }
      case UInt8(ascii: "S"):
        if cursor.take("Subject: ") {
          fact[.subject] = takeQuoted(&cursor)
          continue
        }
      case UInt8(ascii: "T"):
        if cursor.take("Tests: [") {
          AmavisTests.take(&cursor, fact)
          continue
        }
      case let digit? where digit.isDigit:
        if let duration = takeDuration(&cursor) {
          fact[.delay] = duration
          return true
        }
      default: break
      }
      _ = value(&cursor)
    }
    return false
  }

  /// What stands before the next comma.
  @inline(__always)
  private static func value(_ cursor: inout ByteCursor) -> Bytes {
    cursor.take(upTo: UInt8(ascii: ",")) ?? cursor.takeRest()
  }

  /// `<a@example.org>`, which may hold a comma.
  private static func takeMessageID(_ cursor: inout ByteCursor) -> Bytes? {
    guard cursor.peek == UInt8(ascii: "<") else {
      let bare = value(&cursor)
      return bare.isEmpty ? nil : bare
    }
    let rest = cursor.rest
    guard let end = rest.firstIndex(of: ">, ") else {
      _ = cursor.takeRest()
      return nil
    }
    cursor.position += end + 1
    return end > 1 ? rest[1..<end] : nil
  }

  /// `"a subject, quoted"`; a quote inside is written as two bytes, `\"`.
  private static func takeQuoted(_ cursor: inout ByteCursor) -> Bytes? {
    guard cursor.take(UInt8(ascii: "\"")) else { return value(&cursor) }
    let rest = cursor.rest
    var i = 0
    while i < rest.count, rest[i] != UInt8(ascii: "\"") { i += rest[i] == UInt8(ascii: "\\") ? 2 : 1 }
    guard i < rest.count else {
      _ = cursor.takeRest()
      return nil
    }
    cursor.position += i + 1
    return rest.prefix(i)
  }

  /// `123 ms`, in microseconds, at the end of the line.
  private static func takeDuration(_ cursor: inout ByteCursor) -> Int64? {
    let start = cursor.position
    guard let milliseconds = cursor.takeInteger(), milliseconds < 1 << 40, cursor.rest == " ms" else {
      cursor.position = start
      return nil
    }
    _ = cursor.takeRest()
    return milliseconds * 1000
  }

  /// One word for what became of the message: a quarantined message that was not relayed went into the quarantine
  /// alone.
  private static func action(passed: Bool, _ actions: Bytes, quarantined: Bool) -> Bytes {
    if passed { return Bytes("pass") }
    if actions.contains("Rejected") { return Bytes("reject") }
    if actions.contains("Bounced") { return Bytes("bounce") }
    if actions.contains("TempFailed") { return Bytes("tempfail") }
    if quarantined || actions.contains("Quarantined") { return Bytes("quarantine") }
    return actions.contains("Discarded") ? Bytes("discard") : Bytes("block")
  }
}
