import Bytes
import Facts

/// What the local delivery agents (`lmtp`, `lda`) and their Sieve scripts did with a message.
enum DovecotDelivery {
  /// `msgid=<a@example.org>: saved mail to INBOX` and `sieve: msgid=<a@example.org>: stored mail into mailbox 'INBOX'`
  static func read(_ message: Bytes, _ service: DovecotService, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    // Before version 2.3 the session stood here, and a script's lines had `sieve: ` behind it.
    if cursor.peek != UInt8(ascii: "m") && cursor.peek != UInt8(ascii: "s") || !startsDelivery(message) {
      let token = cursor.take { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
      guard token.count <= FilterLimits.sessionBytes, cursor.take(": "), startsDelivery(cursor.rest) else {
        return other(message)
      }
      fact[.session] = token
    }
    let script = cursor.take("sieve: ")
    guard cursor.take("msgid=") else { return script ? note(cursor.rest, fact) : .unrecognized }
    let text = cursor.rest
    guard let (end, outcome) = splitAtAction(text) else { return .unrecognized }
    takeMessageID(text.prefix(end), fact)
    return outcome.fill(fact)
  }

  private static func startsDelivery(_ text: Bytes) -> Bool { text.hasPrefix("msgid=") || text.hasPrefix("sieve: ") }

  /// The Message-ID is the sender's and may hold anything, even words that look like an action: the last action counts.
  private static func splitAtAction(_ text: Bytes) -> (end: Int, outcome: DovecotOutcome)? {
    var i = text.count - 2
    while i >= 0 {
      if text[i] == UInt8(ascii: ":") && text[i + 1] == UInt8(ascii: " "),
        let outcome = DovecotOutcome(text.dropFirst(i + 2))
      {
        // `fileinto action: stored mail into mailbox 'X'`: the action's name belongs to neither.
        let head = text.prefix(i)
        if head.hasSuffix(" action"), let colon = head.lastIndex(of: ": ") { return (colon, outcome) }
        return (i, outcome)
      }
      i -= 1
    }
    return nil
  }

  /// `<a@example.org>`, perhaps with a comment behind it; none where Dovecot found none, or cut it.
  private static func takeMessageID(_ text: Bytes, _ fact: Fact) {
    var id = text
    if let more = id.firstIndex(of: ">, ") { id = id.prefix(more + 1) }
    if let comment = id.firstIndex(of: "> ("), id.last == UInt8(ascii: ")") { id = id.prefix(comment + 1) }
    if id.isEmpty || id == "unspecified" || id.hasSuffix("...") { return }
    guard id.first == UInt8(ascii: "<") else {
      fact[.messageID] = id.last == UInt8(ascii: ">") && !id.contains(UInt8(ascii: "<")) ? id.dropLast() : id
      return
    }
    let inside = id.dropFirst()
    if inside.last == UInt8(ascii: ">"), inside.count > 1 {
      fact[.messageID] = inside.dropLast()
    } else if inside.count > 1, inside.last != UInt8(ascii: ">") {
      // `<quo>ted@example.org`: broken, but what the other programs of the host log too.
      fact[.messageID] = inside
    }
  }

  /// What a script says that is about no message: a broken script is worth a warning.
  private static func note(_ message: Bytes, _ fact: Fact) -> Recognition {
    for words in ["info: started log at ", "Sieve: "] as [StaticString] where message.hasPrefix(words) {
      return .ignored
    }
    guard
      message.hasPrefix("Execution of script ") || message.hasPrefix("execution of script ")
        || message.hasPrefix("Failed to ")
        || message.hasPrefix("Aborted running script ")
    else { return .unrecognized }
    fact.event = .warning
    fact[.reason] = message
    return .recognized
  }

  /// `Connect from local`, `Disconnect from local: Logged out (state=READY)`
  private static func other(_ message: Bytes) -> Recognition {
    message.hasPrefix("Connect from ") || message.hasPrefix("Disconnect from ") ? .ignored : .unrecognized
  }
}
