package import Bytes

/// Numbers, sizes, durations and times as people read them.
package enum Quantities {
  /// `1203442` as `1,203,442`.
  package static func count(_ number: Int) -> String { count(Int64(number)) }

  package static func count(_ number: Int64) -> String {
    let digits = String(number.magnitude)
    var out = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { out += "," }
      out.append(digit)
    }
    return out
  }

  /// Bytes with three digits: `512 B`, `18.2 KiB`, `1.05 GiB`.
  package static func bytes(_ number: Int64) -> String {
    if number.magnitude < 1024 { return "\(number) B" }
    var value = Double(number)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while abs(value) >= 1024 && unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return threeDigits(value) + " " + units[unit]
  }

  /// Microseconds: `0.43 s`, `12.5 s`, `4 m 12 s`, `1 h 05 m`, `2 d 03 h`.
  package static func duration(_ microseconds: Int64) -> String {
    if microseconds < 0 { return "-" + duration(Int64(clamping: microseconds.magnitude)) }
    let seconds = microseconds / 1_000_000
    if seconds < 60 { return threeDigits(Double(microseconds) / 1e6) + " s" }
    if seconds < 3600 { return "\(seconds / 60) m \(two(seconds % 60)) s" }
    if seconds < 86400 { return "\(seconds / 3600) h \(two(seconds / 60 % 60)) m" }
    return "\(seconds / 86400) d \(two(seconds / 3600 % 24)) h"
  }

  /// `2026-10-24 02:11:09 +02:00`, with the fraction that the source had.
  package static func time(_ time: Timestamp, _ zone: TimeZone, offset: Bool = true) -> String {
    let civil = zone.civil(at: time)
    var out =
      "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
    if time.fraction != 0 { out += "." + String(String(1_000_000 + time.fraction).dropFirst()) }
    return offset ? out + " " + self.offset(time, zone) : out
  }

  /// `2026-10-24`.
  package static func day(_ time: Timestamp, _ zone: TimeZone) -> String {
    let civil = zone.civil(at: time)
    return "\(civil.year)-\(two(civil.month))-\(two(civil.day))"
  }

  /// `+02:00`.
  package static func offset(_ time: Timestamp, _ zone: TimeZone) -> String {
    let offset = zone.offset(at: time.seconds)
    return (offset < 0 ? "-" : "+") + two(offset.magnitude / 3600) + ":" + two(offset.magnitude / 60 % 60)
  }

  private static func threeDigits(_ value: Double) -> String {
    let scale = value.magnitude >= 100 ? 1.0 : value.magnitude >= 10 ? 10.0 : 100.0
    var text = String((value * scale).rounded() / scale)
    if text.hasSuffix(".0") && value.magnitude >= 100 { text.removeLast(2) }
    return text
  }

  private static func two(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
