import Bytes

/// The line between two messages of a mailbox: `From alice@example.net  Mon Oct 26 08:22:04 2026`, `From -`.
struct MailboxSeparator {
  /// The reverse-path, as the line gives it; nil for `-`.
  let sender: [UInt8]?
  /// It has a date, or is the bare `From -` of Netscape's family: text that only looks like it is unlikely.
  let isStrong: Bool

  init?(_ line: Bytes) {
    guard line.hasPrefix("From "), line.count <= Limits.separatorBytes else { return nil }
    let text = line.dropFirst(5).trimmed
    var cursor = ByteCursor(text)
    // A quoted local part may hold spaces.
    if cursor.takeQuoted() == nil { _ = cursor.take { !$0.isSpace } }
    _ = cursor.take { !$0.isSpace }
    let name = text.prefix(cursor.position)
    guard !name.isEmpty else { return nil }
    let rest = cursor.rest.trimmed
    let isDash = name == "-"
    isStrong = MailboxSeparator.holdsDate(rest) || (isDash && rest.isEmpty)
    sender = isDash ? nil : name.array
    if !isStrong && !(rest.isEmpty && name.contains(0x40)) { return nil }
  }

  /// Whether a day of the week, a month and a day in either order, and a time follow each other.
  private static func holdsDate(_ text: Bytes) -> Bool {
    var cursor = ByteCursor(text)
    while !cursor.isAtEnd {
      let word = takeWord(&cursor)
      guard MailDate.isWeekday(word.last == 0x2C ? word.dropLast() : word) else { continue }
      let (first, second) = (takeWord(&cursor), takeWord(&cursor))
      guard MailDate.isMonth(first) && second.integer != nil || first.integer != nil && MailDate.isMonth(second) else {
        return false
      }
      let (third, fourth) = (takeWord(&cursor), takeWord(&cursor))
      return third.contains(0x3A) || (third.integer != nil && fourth.contains(0x3A))
    }
    return false
  }

  private static func takeWord(_ cursor: inout ByteCursor) -> Bytes {
    _ = cursor.take(while: \.isSpace)
    return cursor.take { !$0.isSpace }
  }
}
