extension CivilTime {
  /// Whether a year of the Gregorian calendar has a 29th of February.
  public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// 28 to 31; `month` is 1 to 12.
  public static func daysInMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// The years of one source's stamps that have none (RFC 3164), told from their order and from when the source was last
/// written.
///
/// The first stamp gets the largest year that does not put it behind the anchor; a jump back by more than half a year
/// starts a new year. Where stamps on both sides of such a jump mix (jitter at new year, a machine with a wrong clock)
/// each goes to its side.
struct TimeYear {
  /// A stamp with the year that it was given.
  private struct Point {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int

    func seconds(in year: Int) -> Int64 {
      CivilTime(year: year, month: month, day: day, hour: hour).secondsSince1970
    }

    var seconds: Int64 { seconds(in: year) }

    /// Whether the stamp exists in a year: the 29th of February does not in most.
    func exists(in year: Int) -> Bool { day <= CivilTime.daysInMonth(month, year: year) }
  }

  private static let halfYear: Int64 = 183 * 86400
  private static let day: Int64 = 86400

  /// The last second, on the zone's clocks, that a stamp may show.
  private let limit: Int64
  private let given: Int?
  private var newest: Point?
  /// Where the stamps stood before the last jump.
  private var before: Point?
  /// Years by which a 29th of February showed the guess to be wrong.
  private var leapCorrection = 0
  /// The year of the last 29th of February.
  private var leapYear: Int?
  /// The year of the first stamp.
  private(set) var first: Int?

  /// `limit` is the last second, on the zone's clocks, that a stamp may show; `given` is the first stamp's year
  /// where it is known.
  init(limit: Int64, given: Int?) { (self.limit, self.given) = (limit, given) }

  /// The year of a stamp. The day must exist in a leap year.
  mutating func year(month: Int, day: Int, hour: Int) -> Int {
    var point = Point(year: 0, month: month, day: day, hour: hour)
    if let newest {
      point.year = follow(newest, point)
    } else {
      point.year = given ?? TimeYear.latestYear(of: point, limit: limit)
      newest = point
      first = point.year
    }
    guard month == 2 && day == 29 else { return point.year }
    if !CivilTime.isLeap(point.year) {
      let wrong = point.year
      while !CivilTime.isLeap(point.year) { point.year -= 1 }
      leapCorrection += point.year - wrong
      newest = point
      before = nil
    }
    leapYear = point.year
    return point.year
  }

  private mutating func follow(_ newest: Point, _ stamp: Point) -> Int {
    var stamp = stamp
    stamp.year = newest.year
    let distance = stamp.seconds - newest.seconds
    if abs(distance) <= TimeYear.halfYear {
      if distance > 0 { self.newest = stamp }
      return stamp.year
    }
    if let before, abs(stamp.seconds(in: before.year) - before.seconds) <= TimeYear.day {
      stamp.year = before.year
      self.before = newest
      self.newest = stamp.seconds > before.seconds ? stamp : before
      return stamp.year
    }
    // The source begins just behind midnight of new year, and a line of the old year came late.
    if distance > 0 && newest.seconds - stamp.seconds(in: newest.year - 1) <= TimeYear.day { return newest.year - 1 }
    if distance < 0 { stamp.year = min(stamp.year + 1, TimeLimits.latestYear) }
    before = newest
    self.newest = stamp
    return stamp.year
  }

  private static func latestYear(of stamp: Point, limit: Int64) -> Int {
    var year = CivilTime(secondsSince1970: limit).year
    while !stamp.exists(in: year) || stamp.seconds(in: year) > limit { year -= 1 }
    return year
  }

  /// What must be added to the first stamp's year so that the newest stamp does not lie behind the limit; 0 if the
  /// guess was right.
  var correction: Int {
    guard let newest, given == nil else { return 0 }
    var extra = 0
    func isImpossible(_ extra: Int) -> Bool {
      if !newest.exists(in: newest.year + extra) || newest.seconds(in: newest.year + extra) > limit { return true }
      return leapYear.map { !CivilTime.isLeap($0 + extra) } ?? false
    }
    while isImpossible(extra) { extra -= 1 }
    return leapCorrection + extra
  }
}
