/// A zone's offsets from UTC through time, from the system's zone files or fixed.
public struct TimeZone: Sendable {
  /// `Europe/Berlin`, `UTC`, `+01:00`.
  public let name: String
  /// Moments at which the offset changes, ascending, in seconds since 1970.
  private let turns: [Int64]
  /// Offsets in seconds east of UTC: `offsets[i]` holds before `turns[i]`, the last one after all of them.
  private let offsets: [Int64]
  /// What holds after the last turn, where the file has a footer.
  private let rule: TimeZoneRule?

  /// A zone of listed turns: one more offset than turns, and the turns ascending.
  init(name: String, turns: [Int64], offsets: [Int64], rule: TimeZoneRule?) {
    precondition(offsets.count == turns.count + 1, "an offset holds before, between and after the turns")
    (self.name, self.turns, self.offsets, self.rule) = (name, turns, offsets, rule)
  }

  /// A zone that never changes.
  public init(name: String, offset: Int64) { self.init(name: name, turns: [], offsets: [offset], rule: nil) }

  public static let utc = TimeZone(name: "UTC", offset: 0)

  /// Seconds east of UTC at a moment, which is given in seconds since 1970.
  public func offset(at seconds: Int64) -> Int64 { period(at: seconds).offset }

  /// The clocks of the zone at a moment.
  public func civil(at time: Timestamp) -> CivilTime {
    CivilTime(secondsSince1970: time.seconds + offset(at: time.seconds))
  }

  /// A stretch of time with one offset: from `start` up to but without `end`.
  struct Period: Equatable {
    var offset: Int64
    var start: Int64
    var end: Int64
  }

  func period(at seconds: Int64) -> Period {
    var low = 0
    var high = turns.count
    while low < high {
      let middle = (low + high) / 2
      if turns[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    let start = low > 0 ? turns[low - 1] : .min
    guard low == turns.count, let rule else {
      return Period(offset: offsets[low], start: start, end: low < turns.count ? turns[low] : .max)
    }
    var period = rule.period(at: seconds)
    period.start = max(period.start, start)
    return period
  }
}

// MARK: - Local time to UTC

/// The moments at which a zone's clocks show a given time; all in seconds since 1970.
public enum LocalMoment: Equatable, Sendable {
  case once(Int64)
  /// In the hour that autumn repeats: the first pass, then the second.
  case twice(Int64, Int64)
  /// In the hour that spring leaves out: read with the offset that held before.
  case never(Int64)
}

extension TimeZone {
  /// The moments at which the zone's clocks show `local`, a time in seconds since 1970-01-01 00:00:00 of those clocks.
  public func moment(ofLocal local: Int64) -> LocalMoment {
    // No zone was ever more than 16 hours from UTC, so every answer lies within a day.
    let reach: Int64 = 86400
    var at = local &- reach
    var first: Int64?
    var skipped = local
    while at <= local &+ reach {
      let period = period(at: at)
      let candidate = local &- period.offset
      if candidate >= period.start && candidate < period.end {
        if let first { return .twice(first, candidate) }
        first = candidate
      } else if candidate >= period.end {
        skipped = candidate
      }
      guard period.end < .max else { break }
      at = period.end
    }
    guard let first else { return .never(skipped) }
    return .once(first)
  }
}

// MARK: - Offsets as text

extension TimeZone {
  /// Seconds east of UTC from `+01:00`, `-0330` or `+01`; nil for anything else.
  public static func fixedOffset(_ text: Bytes) -> Int64? {
    guard let sign = text.first, sign == 0x2B || sign == 0x2D else { return nil }
    var digits = ByteCursor(text.dropFirst())
    guard let hours = digits.take(count: 2)?.integer, hours <= 23 else { return nil }
    var minutes: Int64 = 0
    if !digits.isAtEnd {
      _ = digits.take(0x3A)
      guard let two = digits.take(count: 2)?.integer, two < 60, digits.isAtEnd else { return nil }
      minutes = two
    }
    let offset = hours * 3600 + minutes * 60
    return sign == 0x2D ? -offset : offset
  }
}
