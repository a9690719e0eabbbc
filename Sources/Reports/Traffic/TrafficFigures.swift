import Bytes

/// Figures and times of the report as people read them.
struct TrafficFigures {
  let zone: TimeZone

  /// A cell for people; what came from an input is not escaped yet.
  func text(_ cell: TrafficTable.Cell) -> [UInt8] {
    switch cell {
    case .text(let text): text
    case .word(let word): Array(word.utf8)
    case .count(let count): Array(Quantities.count(count).utf8)
    case .bytes(let bytes): Array(Quantities.bytes(bytes).utf8)
    case .duration(let microseconds): Array(Quantities.duration(microseconds).utf8)
    case .day(let time): Array(day(time).utf8)
    case .hour(let time): Array(hour(time).utf8)
    case .none: []
    }
  }

  /// `2026-10-24`.
  func day(_ time: Timestamp) -> String {
    let civil = zone.civil(at: time)
    return "\(padded(UInt64(max(0, civil.year)), 4))-\(two(civil.month))-\(two(civil.day))"
  }

  /// `02:00`.
  func hour(_ time: Timestamp) -> String {
    let civil = zone.civil(at: time)
    return "\(two(civil.hour)):\(two(civil.minute))"
  }

  /// `2026-10-24 02:11:09 +02:00`.
  func moment(_ time: Timestamp) -> String {
    return "\(day(time)) \(hour(time)):\(two(zone.civil(at: time).second)) \(Quantities.offset(time, zone))"
  }
}

private func two(_ value: Int) -> String { padded(UInt64(max(0, value)), 2) }

private func padded(_ value: UInt64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
