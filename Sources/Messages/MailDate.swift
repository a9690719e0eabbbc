package import Bytes

/// Dates of mail (RFC 5322 §3.3 and §4.3), and asctime's with a zone.
package enum MailDate {
  /// `Fri, 23 Oct 2026 17:10:38 +0200 (CEST)`
  ///
  /// Nil without a zone that is known: a stamp that could be hours off is none. So are the military letters but `Z`,
  /// which RFC 822 gave the wrong sign.
  package static func parse(_ text: Bytes) -> Timestamp? {
    var cursor = ByteCursor(text)
    skip(&cursor)
    var month: Int?
    if cursor.peek?.isLetter == true {
      let word = cursor.take(while: \.isLetter)
      skip(&cursor)
      if cursor.take(0x2C) || weekdays.contains(where: { $0.matches(word) }) {
        skip(&cursor)
      } else {
        return nil
      }
      if cursor.peek?.isLetter == true { month = takeMonth(&cursor) }
    }
    guard let day = takeNumber(&cursor, digits: 1...2) else { return nil }
    skip(&cursor)
    if let month {
      return parseAsctime(&cursor, month: month, day: day)
    }
    _ = cursor.take(0x2D)
    guard let month = takeMonth(&cursor) else { return nil }
    _ = cursor.take(0x2D)
    skip(&cursor)
    guard let year = takeYear(&cursor), let clock = takeClock(&cursor) else { return nil }
    skip(&cursor)
    guard let offset = takeZone(&cursor) else { return nil }
    return stamp(year, month, day, clock, offset)
  }

  /// `Mon Jan  2 15:04:05 2006 -0700`, and with the zone before the year.
  private static func parseAsctime(_ cursor: inout ByteCursor, month: Int, day: Int) -> Timestamp? {
    guard let clock = takeClock(&cursor) else { return nil }
    skip(&cursor)
    var offset: Int?
    if cursor.peek?.isDigit == false { offset = takeZone(&cursor) }
    skip(&cursor)
    // The year may stand last here: one that was cut must not pass for a short one.
    guard let year = takeNumber(&cursor, digits: 4...4), year >= 1900 else { return nil }
    skip(&cursor)
    guard let offset = offset ?? takeZone(&cursor) else { return nil }
    return stamp(year, month, day, clock, offset)
  }

  private static func stamp(
    _ year: Int, _ month: Int, _ day: Int, _ clock: (Int, Int, Int), _ offset: Int
  ) -> Timestamp? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    guard (1...days).contains(day) else { return nil }
    let civil = CivilTime(year: year, month: month, day: day, hour: clock.0, minute: clock.1, second: clock.2)
    return Timestamp(seconds: civil.secondsSince1970 - Int64(offset))
  }

  private static func skip(_ cursor: inout ByteCursor) {
    repeat { _ = cursor.take(while: \.isSpace) } while cursor.takeComment() != nil
  }

  private static func takeNumber(_ cursor: inout ByteCursor, digits: ClosedRange<Int>) -> Int? {
    let text = cursor.take(while: \.isDigit)
    guard digits.contains(text.count) else { return nil }
    return text.integer.map(Int.init)
  }

  private static func takeMonth(_ cursor: inout ByteCursor) -> Int? {
    let word = cursor.take(while: \.isLetter)
    defer { skip(&cursor) }
    return months.firstIndex { $0.matches(word) }.map { $0 + 1 }
  }

  /// RFC 5322 §4.3: two digits from 50 to 99 and three digits count from 1900, two digits below 50 from 2000.
  private static func takeYear(_ cursor: inout ByteCursor) -> Int? {
    let text = cursor.take(while: \.isDigit)
    defer { skip(&cursor) }
    guard let year = text.integer.map(Int.init) else { return nil }
    switch text.count {
    case 2: return year < 50 ? 2000 + year : 1900 + year
    case 3: return 1900 + year
    case 4: return year >= 1900 ? year : nil
    default: return nil
    }
  }

  /// `17:10:38` or `17:10`
  private static func takeClock(_ cursor: inout ByteCursor) -> (Int, Int, Int)? {
    guard let hour = takeNumber(&cursor, digits: 1...2), hour < 24, cursor.take(0x3A),
      let minute = takeNumber(&cursor, digits: 2...2), minute < 60
    else { return nil }
    guard cursor.take(0x3A) else { return (hour, minute, 0) }
    guard let second = takeNumber(&cursor, digits: 1...2), second <= 60 else { return nil }
    return (hour, minute, second)
  }

  /// Seconds east of Greenwich.
  private static func takeZone(_ cursor: inout ByteCursor) -> Int? {
    if cursor.peek == 0x2B || cursor.peek == 0x2D {
      let sign = cursor.take(0x2D) ? -1 : 1
      if sign == 1 { _ = cursor.take(0x2B) }
      guard let digits = takeNumber(&cursor, digits: 4...4), digits % 100 < 60 else { return nil }
      return sign * (digits / 100 * 3600 + digits % 100 * 60)
    }
    let word = cursor.take(while: \.isLetter)
    return zones.first { $0.name.matches(word) }.map { $0.hours * 3600 }
  }

  private static let weekdays: [Name] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months: [Name] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let zones: [(name: Name, hours: Int)] = [
    ("GMT", 0), ("UT", 0), ("UTC", 0), ("Z", 0), ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5), ("MST", -7),
    ("MDT", -6), ("PST", -8), ("PDT", -7),
  ]

  /// Whether `word` is the short English name of a day of the week.
  static func isWeekday(_ word: Bytes) -> Bool { weekdays.contains { $0.matches(word) } }

  /// Whether `word` is the short English name of a month.
  static func isMonth(_ word: Bytes) -> Bool { months.contains { $0.matches(word) } }

  /// A word that is compared without case.
  private struct Name: ExpressibleByStringLiteral, Sendable {
    let text: StaticString
    init(stringLiteral text: StaticString) { self.text = text }
    func matches(_ word: Bytes) -> Bool { word.equalsIgnoringCase(Bytes(text)) }
  }
}
