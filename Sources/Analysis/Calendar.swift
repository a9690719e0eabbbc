package import Bytes

/// Hours and days as a zone's clocks show them.
struct Calendar {
  let zone: TimeZone
  private var hour: (low: Int64, high: Int64, start: Timestamp, day: Timestamp)?

  init(zone: TimeZone) { self.zone = zone }

  /// The beginning of the hour and of the day that `time` lies in.
  mutating func place(_ time: Timestamp) -> (hour: Timestamp, day: Timestamp) {
    if let hour, time.microseconds >= hour.low, time.microseconds < hour.high { return (hour.start, hour.day) }
    let local = zone.civil(at: time)
    let offset = zone.offset(at: time.seconds)
    let start = time.seconds - Int64(local.minute * 60 + local.second)
    let midnight = CivilTime(year: local.year, month: local.month, day: local.day).secondsSince1970 - offset
    let day = zone.start(ofDay: CivilTime(year: local.year, month: local.month, day: local.day), near: midnight)
    hour = (start * 1_000_000, (start + 3600) * 1_000_000, Timestamp(seconds: start), day)
    if zone.offset(at: start) != offset || zone.offset(at: start + 3599) != offset {
      hour?.high = time.microseconds + 1
    }
    return (Timestamp(seconds: start), day)
  }
}

extension TimeZone {
  /// When a day begins. The clocks may change on it, so that its midnight has another offset than its noon.
  package func start(ofDay day: CivilTime, near guess: Int64? = nil) -> Timestamp {
    let local = CivilTime(year: day.year, month: day.month, day: day.day).secondsSince1970
    let first = local - offset(at: guess ?? local)
    return Timestamp(seconds: local - offset(at: first))
  }
}
