/// A moment in UTC: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// A source that knows whole seconds only leaves the fraction at zero; of two stamps of the same line the one with a fraction is finer.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
  public var microseconds: Int64

  @inlinable @inline(__always)
  public init(microseconds: Int64) { self.microseconds = microseconds }

  @inlinable @inline(__always)
  public init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

  @inlinable @inline(__always)
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// Whole seconds since 1970, rounded down.
  @inlinable
  public var seconds: Int64 {
    microseconds >= 0 ? microseconds / 1_000_000 : -((999_999 - microseconds) / 1_000_000)
  }

  /// Microseconds within the second, 0 to 999,999.
  @inlinable
  public var fraction: Int64 { microseconds - seconds * 1_000_000 }

  @inlinable
  public func advanced(bySeconds n: Int64) -> Timestamp { Timestamp(microseconds: microseconds &+ n &* 1_000_000) }
}

/// A date and time of the proleptic Gregorian calendar, in no particular zone.
public struct CivilTime: Equatable, Sendable {
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  public var hour: Int
  public var minute: Int
  public var second: Int

  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
  }

  /// The date and time that stand `seconds` behind 1970-01-01 00:00:00.
  public init(secondsSince1970 seconds: Int64) {
    let days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400)
    let rest = Int(seconds - days * 86400)
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
    day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
  }

  /// Seconds since 1970-01-01 00:00:00 in the same zone.
  public var secondsSince1970: Int64 {
    CivilTime.days(year: year, month: month, day: day) * 86400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// Days since 1970-01-01.
  public static func days(year: Int, month: Int, day: Int) -> Int64 {
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension Timestamp {
  /// `2026-11-23T17:10:02Z`, or `2026-11-23T17:10:02.123456Z` if the source had a fraction (RFC 3339).
  public func write(to out: inout ByteWriter) {
    let civil = CivilTime(secondsSince1970: seconds)
    out.write(digits: UInt64(max(0, civil.year)), width: 4)
    out.write(byte: 0x2D)
    out.write(digits: UInt64(civil.month), width: 2)
    out.write(byte: 0x2D)
    out.write(digits: UInt64(civil.day), width: 2)
    out.write(byte: 0x54)
    out.write(digits: UInt64(civil.hour), width: 2)
    out.write(byte: 0x3A)
    out.write(digits: UInt64(civil.minute), width: 2)
    out.write(byte: 0x3A)
    out.write(digits: UInt64(civil.second), width: 2)
    if fraction != 0 {
      out.write(byte: 0x2E)
      out.write(digits: UInt64(fraction), width: 6)
    }
    out.write(byte: 0x5A)
  }

  public var rfc3339: String {
    var out = ByteWriter(capacity: 28)
    write(to: &out)
    return out.string
  }
}
