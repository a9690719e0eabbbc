import Bytes
import Facts

/// Lines of `spampd(8)`.
enum Spampd {
  /// `clean message <a@example.org> (3.15/5.00) from <> for <b@example.org> ORCPT=rfc822;b@example.org in 0.31s, 6982`
  /// `bytes.`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if let outcome = SpamAssassin.takeOutcome(&cursor) { return judged(outcome, &cursor, fact) }
    if cursor.take("processing message ") { return began(&cursor, fact) }
    if text.hasPrefix("skipped large message (") && text.hasSuffix("KB)") { return skipped(text, fact) }
    if cursor.take("rules hit for ") { return rules(&cursor, fact) }
    if text.hasPrefix("WARNING!! ") {
      fact.event = .warning
      fact[.reason] = text
      return .recognized
    }
    return NetServer.read(text, fact)
  }

  private static func judged(_ outcome: Bytes, _ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard let id = SpamAssassin.takeMessageID(&cursor, before: " (") else { return .unrecognized }
    cursor.position -= 1
    guard SpamAssassin.takeScore(&cursor, fact), cursor.take("from "), let sender = AddressList.takeAddress(&cursor),
      cursor.take(" for "), takeRecipients(&cursor, fact)
    else { return .unrecognized }
    // What a recipient asked for (ORCPT, NOTIFY) stands between; the numbers are at the end.
    let tail = cursor.rest
    guard let last = tail.lastIndex(of: " in ") else { return .unrecognized }
    cursor.position += last + 4
    guard let seconds = cursor.take(through: "s, "), let delay = seconds.millionths, let size = cursor.takeInteger(),
      cursor.take(" bytes")
    else { return .unrecognized }
    if !id.isEmpty { fact[.messageID] = id }
    fact[.sender] = sender
    fact[.delay] = delay
    fact[.size] = size
    fact[.engine] = Bytes("spamassassin")
    fact[.result] = outcome
    fact.event = .filter
    return .recognized
  }

  /// `<a@example.org> for <b@example.org> ORCPT=rfc822;b@example.org`, once a `processing message` was read.
  private static func began(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard let id = SpamAssassin.takeMessageID(&cursor, before: " for "), takeRecipients(&cursor, fact) else {
      return .unrecognized
    }
    if !id.isEmpty { fact[.messageID] = id }
    fact[.engine] = Bytes("spamassassin")
    fact.event = .other
    return .recognized
  }

  /// `skipped large message (151.25KB)`: it is passed on unchecked.
  private static func skipped(_ text: Bytes, _ fact: Fact) -> Recognition {
    fact[.engine] = Bytes("spamassassin")
    fact[.result] = Bytes("unchecked")
    fact[.reason] = text
    fact.event = .filter
    return .recognized
  }

  /// `<a@example.org>: GTUBE,MISSING_MID`, behind `rules hit for `.
  private static func rules(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard let id = SpamAssassin.takeMessageID(&cursor, before: ": ") else { return .unrecognized }
    while !cursor.isAtEnd && fact.symbols.count < FilterLimits.symbols {
      let name = cursor.take { $0 != UInt8(ascii: ",") }
      _ = cursor.take(UInt8(ascii: ","))
      if !name.isEmpty { fact.symbols.append(Symbol(name: name)) }
    }
    if !id.isEmpty { fact[.messageID] = id }
    fact[.engine] = Bytes("spamassassin")
    fact.event = .other
    return .recognized
  }

  /// `<a@example.org> ORCPT=rfc822;a@example.org NOTIFY=NEVER,<b@example.org> …`
  private static func takeRecipients(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    guard let first = AddressList.takeAddress(&cursor) else { return false }
    var count: Int64 = 1
    var from = 0
    let rest = cursor.rest
    while let next = rest.firstIndex(of: ",<", from: from) {
      count += 1
      from = next + 2
    }
    fact[.recipient] = first
    fact[.recipientCount] = count
    return true
  }
}
