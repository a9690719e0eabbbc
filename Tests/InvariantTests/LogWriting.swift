import Bytes

/// The stamps of a log.
enum StampStyle {
  /// RFC 3339 with microseconds, in UTC.
  case fine
  /// RFC 3164: whole seconds, no year.
  case traditional
}

extension Sequence<LogLine> {
  /// The lines as a file has them.
  func written(_ style: StampStyle = .fine) -> String {
    var out = ""
    for line in self { out += "\(stamp(line.time, style)) \(line.host) \(line.text)\n" }
    return out
  }
}

private func stamp(_ time: Int64, _ style: StampStyle) -> String {
  let civil = TimeZone.utc.civil(at: Timestamp(microseconds: time))
  let clock = "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
  switch style {
  case .fine:
    let micros = padded(Int(time % 1_000_000), 6)
    return "\(civil.year)-\(padded(civil.month, 2))-\(padded(civil.day, 2))T\(clock).\(micros)+00:00"
  case .traditional:
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = civil.day < 10 ? " \(civil.day)" : "\(civil.day)"
    return "\(months[civil.month - 1]) \(day) \(clock)"
  }
}

private func padded(_ number: some BinaryInteger, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
}

extension [LogLine] {
  /// Cuts the lines at random places into pieces, never within a second: equal lines of one second belong together.
  func cut(into count: Int, using random: inout some RandomNumberGenerator) -> [[LogLine]] {
    let places = indices.dropFirst().filter { self[$0].time / 1_000_000 != self[$0 - 1].time / 1_000_000 }
    let cuts = [0] + places.shuffled(using: &random).prefix(count - 1).sorted() + [self.count]
    return zip(cuts, cuts.dropFirst()).map { Array(self[$0..<$1]) }
  }

  /// Deals the lines out to pieces, equal lines of one second to the same.
  func dealt(to count: Int, using random: inout some RandomNumberGenerator) -> [[LogLine]] {
    var pieces = [[LogLine]](repeating: [], count: count)
    var places: [String: Int] = [:]
    for line in self {
      let key = "\(line.time / 1_000_000) \(line.host) \(line.text)"
      let place = places[key] ?? Int.random(in: 0..<count, using: &random)
      places[key] = place
      pieces[place].append(line)
    }
    return pieces.filter { !$0.isEmpty }
  }
}
