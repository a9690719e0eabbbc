/// A time stamp at the start of a line, and how many bytes it takes.
@frozen
public struct LineStamp: Equatable, Sendable {
  public var time: Timestamp
  public var length: Int
}

/// Reads the stamps of one source's lines, in their order.
///
/// The order matters where a stamp says too little: the year that is missing, the hour that autumn repeats. Within an
/// hour the way from local time to UTC is the same for all lines, so it is looked up once.
public final class LineClock {
  private let zone: TimeZone
  private var years: TimeYear
  /// The newest moment so far, in seconds since 1970, exact where it decides about a repeated hour.
  private var newest = Int64.min

  /// The first nine bytes of a stamp, `Jan  5 00`, and the moment at which that hour began, in seconds. The keys' ends are
  /// wider than what they hold, so that at first no bytes equal them.
  private var hourKey: UInt64 = 0
  private var hourKeyEnd = UInt16.max
  private var hourBase: Int64 = 0
  /// The first ten bytes of a stamp, `2026-01-05`, and the seconds from 1970 to its midnight.
  private var dateKey: UInt64 = 0
  private var dateKeyEnd = UInt32.max
  private var dateBase: Int64 = 0
  /// An hour on the zone's clocks, in seconds since 1970, and the moment at which it began.
  private var localHour = Int64.min
  private var localHourBase: Int64 = 0

  /// `anchor` is when the source was last written; `year` is that of the first stamp without one, where it is known.
  public init(zone: TimeZone, anchor: Timestamp, year: Int? = nil) {
    self.zone = zone
    let limit = anchor.seconds &+ zone.offset(at: anchor.seconds) &+ TimeLimits.anchorSlack
    years = TimeYear(limit: limit, given: year.map { min(max($0, 0), TimeLimits.latestYear) })
  }

  /// The year that the first stamp without one was given.
  public var firstYear: Int? { years.first }

  /// Not 0 if the source spans more than a year or its stamps contradict the first guess: the source must be read again
  /// with `firstYear + yearCorrection` as the given year. Valid at the end of the source.
  public var yearCorrection: Int { years.correction }

  // MARK: Stamps without a year

  /// `Jan  5 00:00:16`, `Jan  5 00:00:16.123456`, `Jan 5 2026 00:00:16` (RFC 3164 §4.1.2).
  @inline(__always)
  public func traditional(_ text: Bytes) -> LineStamp? {
    guard text.count >= 15 else { return nil }
    let p = UnsafeRawPointer(text.start)
    guard p.loadUnaligned(as: UInt64.self) == hourKey && UInt16(text.start[8]) == hourKeyEnd,
      let seconds = LineClock.minuteAndSecond(text.start + 9)
    else { return traditionalSlowly(text) }
    return finish(text, 15, hourBase &+ seconds)
  }

  @inline(never)
  private func traditionalSlowly(_ text: Bytes) -> LineStamp? {
    var cursor = ByteCursor(text)
    guard let name = cursor.take(count: 3), let month = LineClock.month(name), cursor.take(0x20) else { return nil }
    _ = cursor.take(0x20)
    let dayDigits = cursor.take(while: \.isDigit)
    guard dayDigits.count <= 2, let day = dayDigits.integer.map(Int.init), day > 0, cursor.take(0x20) else {
      return nil
    }
    var year: Int?
    if cursor.rest.count > 4 && cursor.rest[4] == 0x20 {
      guard let number = cursor.take(count: 4)?.integer, cursor.take(0x20) else { return nil }
      year = Int(number)
    }
    guard cursor.rest.count >= 8, let hour = cursor.take(count: 2)?.integer, hour < 24,
      let seconds = LineClock.minuteAndSecond(text.start + cursor.position),
      day <= CivilTime.daysInMonth(month, year: year ?? 2000)
    else { return nil }
    let length = cursor.position + 6
    let known = year ?? years.year(month: month, day: day, hour: Int(hour))
    let local = CivilTime(year: known, month: month, day: day, hour: Int(hour)).secondsSince1970
    guard let base = base(ofHour: local) else { return finish(text, length, resolve(local + seconds)) }
    // Only the plain form has its hour in the first nine bytes.
    if length == 15 {
      hourKey = UnsafeRawPointer(text.start).loadUnaligned(as: UInt64.self)
      hourKeyEnd = UInt16(text.start[8])
      hourBase = base
    }
    return finish(text, length, base + seconds)
  }

  /// 1 to 12 from `Jan` … `Dec`.
  private static func month(_ name: Bytes) -> Int? {
    let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    for month in 0..<12 where Bytes(start: names.utf8Start + month * 3, count: 3) == name { return month + 1 }
    return nil
  }

  // MARK: Stamps with a year

  /// `2026-01-05T00:00:16.123456+01:00`, with `T` or a space, any number of digits, `Z`, `+01:00`, `+0100` or ` +0100`
  /// (RFC 3339 §5.6); without an offset the source's zone holds.
  @inline(__always)
  public func dated(_ text: Bytes) -> LineStamp? {
    guard text.count >= 19 else { return nil }
    let p = text.start
    guard p[13] == 0x3A, let seconds = LineClock.minuteAndSecond(p + 13), p[10] | 0x20 == 0x74 || p[10] == 0x20 else {
      return nil
    }
    let ten = p[11] &- 0x30
    let one = p[12] &- 0x30
    let hour = Int64(ten) * 10 + Int64(one)
    guard ten < 10 && one < 10 && hour < 24 else { return nil }
    let raw = UnsafeRawPointer(p)
    let key = raw.loadUnaligned(as: UInt64.self)
    let keyEnd = UInt32(raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
    if key != dateKey || keyEnd != dateKeyEnd {
      guard let base = LineClock.midnight(text) else { return nil }
      (dateKey, dateKeyEnd, dateBase) = (key, keyEnd, base)
    }
    var end = 19
    let fraction = LineClock.fraction(text, &end)
    let local = dateBase &+ hour &* 3600
    if let offset = LineClock.offset(text, &end) {
      let micro = (local &+ seconds &- offset) &* 1_000_000 &+ fraction
      return LineStamp(time: Timestamp(microseconds: micro), length: end)
    }
    let moment: Int64
    if local == localHour {
      moment = localHourBase &+ seconds
    } else if let base = base(ofHour: local) {
      (localHour, localHourBase) = (local, base)
      moment = base &+ seconds
    } else {
      moment = resolve(local &+ seconds)
    }
    return LineStamp(time: Timestamp(microseconds: moment &* 1_000_000 &+ fraction), length: end)
  }

  /// Seconds from 1970 to midnight of `2026-01-05`.
  @inline(never)
  private static func midnight(_ text: Bytes) -> Int64? {
    guard text[4] == 0x2D, text[7] == 0x2D, let year = text[0..<4].integer, let month = text[5..<7].integer,
      let day = text[8..<10].integer, (1...12).contains(month), day > 0,
      day <= CivilTime.daysInMonth(Int(month), year: Int(year))
    else { return nil }
    return CivilTime.days(year: Int(year), month: Int(month), day: Int(day)) * 86400
  }

  /// An offset from UTC in seconds at `end`, which moves behind it; nil if there is none.
  @inline(__always)
  private static func offset(_ text: Bytes, _ end: inout Int) -> Int64? {
    guard end < text.count else { return nil }
    let p = text.start
    let i = end
    if p[i] | 0x20 == 0x7A {
      end = i + 1
      return 0
    }
    // The usual form, `+01:00` and a space.
    if text.count > i + 6, p[i] == 0x2B || p[i] == 0x2D, p[i + 3] == 0x3A, p[i + 6] == 0x20 {
      let (a, b, c, d) = (p[i + 1] &- 0x30, p[i + 2] &- 0x30, p[i + 4] &- 0x30, p[i + 5] &- 0x30)
      if a < 2 && b < 10 && c < 6 && d < 10 {
        end = i + 6
        let seconds = Int64(a) &* 36000 &+ Int64(b) &* 3600 &+ Int64(c) &* 600 &+ Int64(d) &* 60
        return p[i] == 0x2D ? -seconds : seconds
      }
    }
    return rareOffset(text, &end)
  }

  /// `+0100`, `+01`, ` +0100`, or `+01:00` at the very end.
  @inline(never)
  private static func rareOffset(_ text: Bytes, _ end: inout Int) -> Int64? {
    let p = text.start
    var i = end
    let isApart = p[i] == 0x20
    if isApart { i += 1 }
    guard i < text.count, p[i] == 0x2B || p[i] == 0x2D else { return nil }
    var length = 5
    if i + 5 < text.count && p[i + 3] == 0x3A { length = 6 }
    if !isApart && (i + 3 == text.count || i + 3 < text.count && p[i + 3] == 0x20) { length = 3 }
    guard i + length <= text.count, i + length == text.count || !p[i + length].isDigit,
      let seconds = TimeZone.fixedOffset(text[i..<i + length])
    else { return nil }
    end = i + length
    return seconds
  }

  // MARK: Parts

  /// `:00:16` as seconds; the second may be 60.
  @inline(__always)
  private static func minuteAndSecond(_ p: UnsafePointer<UInt8>) -> Int64? {
    let (a, b, c, d) = (p[1] &- 0x30, p[2] &- 0x30, p[4] &- 0x30, p[5] &- 0x30)
    guard p[0] == 0x3A && p[3] == 0x3A && a < 6 && b < 10 && d < 10 && (c < 6 || c == 6 && d == 0) else { return nil }
    return Int64(a) &* 600 &+ Int64(b) &* 60 &+ Int64(c) &* 10 &+ Int64(d)
  }

  /// `.123456` or `,123` at `end` in microseconds; digits beyond the sixth are cut.
  @inline(__always)
  private static func fraction(_ text: Bytes, _ end: inout Int) -> Int64 {
    var i = end
    guard i + 1 < text.count, text.start[i] == 0x2E || text.start[i] == 0x2C, text.start[i + 1].isDigit else {
      return 0
    }
    if let six = sixDigits(text, before: i + 7) {
      end = i + 7
      return six
    }
    i += 1
    let sixth = min(text.count, i + 6)
    var value: Int64 = 0
    while i < sixth, text.start[i].isDigit {
      value = value &* 10 &+ Int64(text.start[i] &- 0x30)
      i += 1
    }
    for _ in i..<max(i, end + 7) { value &*= 10 }
    while i < text.count, text.start[i].isDigit { i += 1 }
    end = i
    return value
  }

  /// The six digits before `end` as a number, all at once, where they are followed by something that is not a digit.
  @inline(__always)
  private static func sixDigits(_ text: Bytes, before end: Int) -> Int64? {
    guard end < text.count, !text.start[end].isDigit else { return nil }
    let eight = UInt64(
      littleEndian: UnsafeRawPointer(text.start).loadUnaligned(fromByteOffset: end - 8, as: UInt64.self))
    let digits = (eight & ~0xFFFF | 0x3030) &- 0x3030_3030_3030_3030
    guard (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080 == 0 else { return nil }
    let pairs = digits &* 10 &+ digits >> 8
    let high = (pairs & 0xFF_0000_00FF) &* 0xF_4240_0000_0064
    let low = (pairs >> 16 & 0xFF_0000_00FF) &* 0x2710_0000_0001
    return Int64((high &+ low) >> 32)
  }

  @inline(__always)
  private func finish(_ text: Bytes, _ length: Int, _ seconds: Int64) -> LineStamp {
    var end = length
    let fraction = LineClock.fraction(text, &end)
    return LineStamp(time: Timestamp(microseconds: seconds &* 1_000_000 &+ fraction), length: end)
  }

  // MARK: From local time to UTC

  /// The moment at which an hour of the zone's clocks began, if the clocks did not turn within it.
  private func base(ofHour local: Int64) -> Int64? {
    guard case .once(let begin) = zone.moment(ofLocal: local),
      case .once(let end) = zone.moment(ofLocal: local + 3599), end - begin == 3599
    else { return nil }
    newest = max(newest, begin)
    return begin
  }

  /// A moment of an hour in which the clocks turn.
  private func resolve(_ local: Int64) -> Int64 {
    let moment: Int64
    switch zone.moment(ofLocal: local) {
    case .once(let only), .never(let only): moment = only
    case .twice(let early, let late):
      if newest > late + TimeLimits.wrongClock { newest = early }
      moment = early + TimeLimits.jitter < newest ? late : early
    }
    newest = max(newest, moment)
    return moment
  }
}
