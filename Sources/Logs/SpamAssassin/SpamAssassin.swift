package import Bytes
import Facts

/// SpamAssassin's daemons: `spamd`, and `spampd`, which filters by SMTP or LMTP.
package enum SpamAssassin {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    if name == "spamd" || name == "spamd-child" { return TextReader(Spamd.read) }
    return name == "spampd" ? TextReader(Spampd.read) : nil
  }

  /// `identified spam` or `clean message`, with the space behind it; nil, and nothing read, if it is neither.
  static func takeOutcome(_ cursor: inout ByteCursor) -> Bytes? {
    if cursor.take("identified spam ") { return Bytes("spam") }
    return cursor.take("clean message ") ? Bytes("clean") : nil
  }

  /// `<a@example.org>` or `(unknown)`, with the space behind it. No bytes stand for an unknown one; nil if there is
  /// neither.
  static func takeMessageID(_ cursor: inout ByteCursor, before end: StaticString) -> Bytes? {
    let start = cursor.position
    guard let text = cursor.take(through: end) else { return nil }
    if text == "(unknown)" || text == "<>" { return .empty }
    guard text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">"), text.count > 2 else {
      cursor.position = start
      return nil
    }
    return text[1..<text.count - 1]
  }

  /// `(12.3/5.0) `: the score and what makes it spam.
  static func takeScore(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    guard cursor.take("("), let score = cursor.take(upTo: UInt8(ascii: "/")), cursor.take("/"),
      let required = cursor.take(through: ") "), let points = score.millionths, let bound = required.millionths
    else { return false }
    fact[.score] = points
    fact[.required] = bound
    return true
  }
}
