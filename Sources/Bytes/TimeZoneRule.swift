/// When daylight saving time begins and ends each year: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2024 §8.3,
/// RFC 9636 §3.3).
struct TimeZoneRule: Sendable, Equatable {
  /// A day of each year.
  enum Day: Sendable, Equatable {
    /// `M10.5.0`: a weekday (0 is Sunday) of a week (5 is the last) of a month.
    case weekday(month: Int, week: Int, weekday: Int)
    /// `J60`: the 29th of February is never counted, 1 to 365.
    case julian(Int)
    /// `59`: 0 to 365.
    case ordinal(Int)
  }

  /// A turn: the day, and seconds from its midnight, which may lie outside of it.
  struct Turn: Sendable, Equatable {
    var day: Day
    var time: Int64
  }

  /// Daylight saving time: seconds east of UTC, and its turns.
  struct Daylight: Sendable, Equatable {
    var offset: Int64
    var begin: Turn
    var end: Turn
  }

  /// Seconds east of UTC.
  var standard: Int64
  var daylight: Daylight?

  func period(at seconds: Int64) -> TimeZone.Period {
    guard let daylight else { return TimeZone.Period(offset: standard, start: .min, end: .max) }
    let year = CivilTime(secondsSince1970: seconds).year
    var turns: [(at: Int64, offset: Int64)] = []
    for year in year - 1...year + 1 {
      turns.append((midnight(daylight.begin.day, year) + daylight.begin.time - standard, daylight.offset))
      turns.append((midnight(daylight.end.day, year) + daylight.end.time - daylight.offset, standard))
    }
    turns.sort { $0.at < $1.at }
    let next = turns.firstIndex { $0.at > seconds } ?? turns.count
    guard next > 0 else { return TimeZone.Period(offset: standard, start: .min, end: turns[0].at) }
    let end = next < turns.count ? turns[next].at : .max
    return TimeZone.Period(offset: turns[next - 1].offset, start: turns[next - 1].at, end: end)
  }

  private func midnight(_ day: Day, _ year: Int) -> Int64 {
    let days: Int64
    switch day {
    case .julian(let number):
      let leap = number > 59 && CivilTime.isLeap(year) ? 1 : 0
      days = CivilTime.days(year: year, month: 1, day: 1) + Int64(number - 1 + leap)
    case .ordinal(let number):
      days = CivilTime.days(year: year, month: 1, day: 1) + Int64(number)
    case .weekday(let month, let week, let weekday):
      let first = CivilTime.days(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday.
      let weekdayOfFirst = Int(((first + 4) % 7 + 7) % 7)
      var day = 1 + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
      if day > CivilTime.daysInMonth(month, year: year) { day -= 7 }
      days = first + Int64(day - 1)
    }
    return days * 86400
  }
}

// MARK: - Reading

extension TimeZoneRule {
  /// The rule of a zone file's footer or of the variable TZ; nil if it is not one.
  init?(_ text: Bytes) {
    var cursor = ByteCursor(text)
    guard TimeZoneRule.takeName(&cursor), let west = TimeZoneRule.takeOffset(&cursor, hours: 24) else { return nil }
    standard = -west
    guard !cursor.isAtEnd else { return }
    guard TimeZoneRule.takeName(&cursor) else { return nil }
    var offset = standard + 3600
    if let next = cursor.peek, next != 0x2C {
      guard let west = TimeZoneRule.takeOffset(&cursor, hours: 24) else { return nil }
      offset = -west
    }
    // Without turns those of the United States hold, as with the C library.
    var turns = cursor.isAtEnd ? ByteCursor(Bytes(",M3.2.0,M11.1.0")) : cursor
    guard let begin = TimeZoneRule.takeTurn(&turns), let end = TimeZoneRule.takeTurn(&turns), turns.isAtEnd else {
      return nil
    }
    daylight = Daylight(offset: offset, begin: begin, end: end)
  }

  /// `CET` or `<+03>`.
  private static func takeName(_ cursor: inout ByteCursor) -> Bool {
    if cursor.take(0x3C) {
      let name = cursor.take { $0.isLetter || $0.isDigit || $0 == 0x2B || $0 == 0x2D }
      return !name.isEmpty && cursor.take(0x3E)
    }
    return cursor.take(while: \.isLetter).count >= 3
  }

  /// `-1`, `5:30`, `+3:00:00`, in seconds as they stand.
  private static func takeOffset(_ cursor: inout ByteCursor, hours limit: Int64) -> Int64? {
    let negative = cursor.take(0x2D)
    if !negative { _ = cursor.take(0x2B) }
    guard let hours = cursor.takeInteger(), hours <= limit else { return nil }
    var seconds = hours * 3600
    for unit: Int64 in [60, 1] where cursor.take(0x3A) {
      guard let value = cursor.takeInteger(), value < 60 else { return nil }
      seconds += value * unit
    }
    return negative ? -seconds : seconds
  }

  /// `,M10.5.0/3`.
  private static func takeTurn(_ cursor: inout ByteCursor) -> Turn? {
    guard cursor.take(0x2C) else { return nil }
    let day: Day
    if cursor.take(0x4D) {
      guard let month = cursor.takeInteger(), (1...12).contains(month), cursor.take(0x2E),
        let week = cursor.takeInteger(), (1...5).contains(week), cursor.take(0x2E),
        let weekday = cursor.takeInteger(), weekday <= 6
      else { return nil }
      day = .weekday(month: Int(month), week: Int(week), weekday: Int(weekday))
    } else if cursor.take(0x4A) {
      guard let number = cursor.takeInteger(), (1...365).contains(number) else { return nil }
      day = .julian(Int(number))
    } else {
      guard let number = cursor.takeInteger(), number <= 365 else { return nil }
      day = .ordinal(Int(number))
    }
    guard cursor.take(0x2F) else { return Turn(day: day, time: 7200) }
    // RFC 9636 §3.3.2: from -167 to 167 hours.
    guard let time = takeOffset(&cursor, hours: 167) else { return nil }
    return Turn(day: day, time: time)
  }
}
