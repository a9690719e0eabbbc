import Analysis
import ArgumentParser
import Bytes

/// A span of time.
struct PeriodOptions: ParsableArguments {
  @Option(name: .long, help: "From here: 2026-10-24, 2026-10-24T17:00, yesterday, or a time with an offset.")
  var since: String?

  @Option(name: .long, help: "Up to here, not included.")
  var until: String?

  /// The span, open where an end is not given; nil if neither is.
  func range(_ zone: TimeZone) throws -> (since: Timestamp, until: Timestamp)? {
    guard since != nil || until != nil else { return nil }
    let from = try since.map { try Moment.parse($0, zone) } ?? Timestamp(microseconds: .min)
    let to = try until.map { try Moment.parse($0, zone) } ?? Timestamp(microseconds: .max)
    guard from < to else { throw ValidationError("--since must be before --until.") }
    return (from, to)
  }
}

/// A date or a time as a person writes it.
enum Moment {
  /// `today`, `yesterday`, `2026-10-24`, `2026-10-24T17:10`, `2026-10-24 17:10:02`, times with an offset or in `zone`.
  static func parse(_ text: String, _ zone: TimeZone) throws -> Timestamp {
    let wrong = ValidationError(
      "\(text) is not a date or time. Write 2026-10-24, 2026-10-24T17:10, yesterday or today, or add an offset.")
    if text == "today" { return startOfDay(at: .now, zone) }
    if text == "yesterday" { return startOfDay(at: startOfDay(at: .now, zone).advanced(bySeconds: -12 * 3600), zone) }
    return try text.withBytes { bytes throws in
      var cursor = ByteCursor(bytes)
      guard let year = cursor.takeInteger(), cursor.take("-"), let month = cursor.takeInteger(), cursor.take("-"),
        let day = cursor.takeInteger(), (1...12).contains(month), (1900...9999).contains(year),
        (1...Int64(CivilTime.daysInMonth(Int(month), year: Int(year)))).contains(day)
      else { throw wrong }
      var civil = CivilTime(year: Int(year), month: Int(month), day: Int(day))
      if cursor.isAtEnd { return zone.start(ofDay: civil) }
      guard cursor.take("T") || cursor.take(" "), let hour = cursor.takeInteger(), cursor.take(":"),
        let minute = cursor.takeInteger(), hour < 24, minute < 60
      else { throw wrong }
      (civil.hour, civil.minute) = (Int(hour), Int(minute))
      if cursor.take(":") {
        guard let second = cursor.takeInteger(), second < 61 else { throw wrong }
        civil.second = Int(second)
      }
      let local = civil.secondsSince1970
      if cursor.isAtEnd { return Timestamp(seconds: local - zone.offset(at: local - zone.offset(at: local))) }
      if cursor.take("Z"), cursor.isAtEnd { return Timestamp(seconds: local) }
      guard let offset = TimeZone.fixedOffset(cursor.rest) else { throw wrong }
      return Timestamp(seconds: local - offset)
    }
  }

  private static func startOfDay(at time: Timestamp, _ zone: TimeZone) -> Timestamp {
    let civil = zone.civil(at: time)
    return zone.start(ofDay: CivilTime(year: civil.year, month: civil.month, day: civil.day))
  }
}

/// A span such as `90`, `15m`, `4h`, `2d`.
enum Duration {
  static func microseconds(_ text: String) throws -> Int64 {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text : String(text.dropLast())
    guard let number = Int64(digits), number >= 0, number < 1_000_000_000 else {
      throw ValidationError("\(text) is not a duration. Write 90, 15m, 4h or 2d.")
    }
    return number * (unit ?? 1) * 1_000_000
  }
}
