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

  /// Bytes with three digits: `998 B`, `1.50 KiB`, `12.3 MiB`, `1,000 GiB`.
  package static func bytes(_ number: Int64) -> String {
    let size = number.magnitude
    if size < 1024 { return "\(count(number)) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (unit, scale) = (0, UInt64(1024))
    // What would be rounded to 1,024 of a unit is 1.00 of the next one.
    while unit + 1 < units.count && size >= scale * 1024 - scale / 2 {
      unit += 1
      scale *= 1024
    }
    return (number < 0 ? "-" : "") + threeDigits(size, of: scale) + " " + units[unit]
  }

  /// Microseconds, cut off and not rounded: `0.43 s`, `12.5 s`, `4 m 02 s`, `1 h 05 m`, `2 d 03 h`.
  package static func duration(_ microseconds: Int64) -> String {
    let value = microseconds.magnitude
    let seconds = value / 1_000_000
    let sign = microseconds < 0 ? "-" : ""
    switch seconds {
    case 0..<10: return "\(sign)\(seconds).\(two(value / 10_000 % 100)) s"
    case 10..<60: return "\(sign)\(seconds).\(value / 100_000 % 10) s"
    case 60..<3600: return "\(sign)\(seconds / 60) m \(two(seconds % 60)) s"
    case 3600..<86400: return "\(sign)\(seconds / 3600) h \(two(seconds / 60 % 60)) m"
    default: return "\(sign)\(count(Int64(seconds / 86400))) d \(two(seconds / 3600 % 24)) h"
    }
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

  /// How many times `scale` goes into `size`, rounded: `1.50`, `12.3`, `586`, `1,000`.
  private static func threeDigits(_ size: UInt64, of scale: UInt64) -> String {
    let (whole, rest) = (size / scale, Double(size % scale) / Double(scale))
    let hundredths = whole * 100 + UInt64((rest * 100).rounded())
    if hundredths < 1000 { return "\(hundredths / 100).\(two(hundredths % 100))" }
    let tenths = whole * 10 + UInt64((rest * 10).rounded())
    if tenths < 1000 { return "\(tenths / 10).\(tenths % 10)" }
    return count(Int64(whole + UInt64(rest.rounded())))
  }

  private static func two(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
