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
    case .bytes(let bytes): Array(TrafficFigures.size(bytes).utf8)
    case .duration(let microseconds): Array(TrafficFigures.duration(microseconds).utf8)
    case .day(let time): Array(day(time).utf8)
    case .hour(let time): Array(hour(time).utf8)
    case .none: []
    }
  }

  /// `998 B`, `1.23 KiB`, `12.3 MiB`, `1,000 GiB`: three digits.
  static func size(_ bytes: Int64) -> String {
    guard bytes.magnitude >= 1024 else { return "\(bytes) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = 0
    var scale: UInt64 = 1024
    while unit + 1 < units.count && bytes.magnitude / scale >= 1024 {
      scale *= 1024
      unit += 1
    }
    let sign = bytes < 0 ? "-" : ""
    let whole = bytes.magnitude / scale
    let rest = bytes.magnitude % scale
    let places = whole >= 100 ? 0 : whole >= 10 ? 1 : 2
    let power: UInt64 = places == 0 ? 1 : places == 1 ? 10 : 100
    let scaled = whole * power + UInt64((Double(rest) * Double(power) / Double(scale)).rounded())
    guard places > 0 else { return "\(sign)\(Quantities.count(Int64(scaled))) \(units[unit])" }
    return "\(sign)\(scaled / power).\(padded(scaled % power, places)) \(units[unit])"
  }

  /// `0.25 s`, `4.2 s`, `4 m 12 s`, `2 h 5 m`, `3 d 4 h`.
  static func duration(_ microseconds: Int64) -> String {
    let sign = microseconds < 0 ? "-" : ""
    let value = microseconds.magnitude
    let seconds = value / 1_000_000
    switch seconds {
    case 0..<10: return "\(sign)\(seconds).\(padded(value % 1_000_000 / 10_000, 2)) s"
    case 10..<60: return "\(sign)\(seconds).\(value % 1_000_000 / 100_000) s"
    case 60..<3600: return "\(sign)\(seconds / 60) m \(seconds % 60) s"
    case 3600..<86400: return "\(sign)\(seconds / 3600) h \(seconds / 60 % 60) m"
    default: return "\(sign)\(Quantities.count(Int64(seconds / 86400))) d \(seconds / 3600 % 24) h"
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
