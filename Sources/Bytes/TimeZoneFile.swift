import Glibc

/// A compiled zone file (TZif, RFC 9636).
enum TimeZoneFile {
  enum Content {
    case zone(TimeZone)
    case leapSeconds
    case damaged
  }

  /// The counts of one block, in the order of its header.
  private struct Header {
    var version: UInt8
    var utcFlags: Int
    var standardFlags: Int
    var leaps: Int
    var turns: Int
    var types: Int
    var letters: Int

    func blockBytes(timeBytes: Int) -> Int {
      turns * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standardFlags + utcFlags
    }
  }

  static func parse(_ file: Bytes, name: String) -> Content {
    var cursor = ByteCursor(file)
    guard let first = header(&cursor) else { return .damaged }
    guard first.version >= 0x32 else { return block(&cursor, first, timeBytes: 4, name: name, hasFooter: false) }
    guard cursor.take(count: first.blockBytes(timeBytes: 4)) != nil, let second = header(&cursor) else {
      return .damaged
    }
    return block(&cursor, second, timeBytes: 8, name: name, hasFooter: true)
  }

  private static func header(_ cursor: inout ByteCursor) -> Header? {
    guard cursor.take("TZif"), let version = cursor.take(count: 16)?.first else { return nil }
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let value = cursor.take(count: 4).map(integer), (0...TimeLimits.zoneFileBytes).contains(value) else {
        return nil
      }
      counts.append(value)
    }
    return Header(
      version: version, utcFlags: counts[0], standardFlags: counts[1], leaps: counts[2], turns: counts[3],
      types: counts[4], letters: counts[5])
  }

  private static func block(
    _ cursor: inout ByteCursor, _ header: Header, timeBytes: Int, name: String, hasFooter: Bool
  ) -> Content {
    guard header.leaps == 0 else { return .leapSeconds }
    guard header.types > 0, let times = cursor.take(count: header.turns * timeBytes),
      let indices = cursor.take(count: header.turns), let types = cursor.take(count: header.types * 6),
      cursor.take(count: header.letters + header.standardFlags + header.utcFlags) != nil
    else { return .damaged }
    func offset(ofType index: Int) -> Int64 { Int64(integer(types[index * 6..<index * 6 + 4])) }
    var turns: [Int64] = []
    var offsets = [offset(ofType: 0)]
    for i in 0..<header.turns {
      let at = Int64(integer(times[i * timeBytes..<(i + 1) * timeBytes]))
      let type = Int(indices[i])
      guard type < header.types, turns.last.map({ $0 < at }) ?? true else { return .damaged }
      let next = offset(ofType: type)
      // A change of the name alone is no turn of the clocks.
      if next == offsets[offsets.count - 1] { continue }
      turns.append(at)
      offsets.append(next)
    }
    var rule: TimeZoneRule?
    if hasFooter {
      guard cursor.take(0x0A), let footer = cursor.take(upTo: UInt8(0x0A)) else { return .damaged }
      if !footer.isEmpty {
        rule = TimeZoneRule(footer)
        if rule == nil { return .damaged }
      }
    }
    return .zone(TimeZone(name: name, turns: turns, offsets: offsets, rule: rule))
  }

  /// A signed number, the most significant byte first.
  private static func integer(_ bytes: Bytes) -> Int {
    var value: Int64 = bytes[0] >= 0x80 ? -1 : 0
    for i in 0..<bytes.count { value = value << 8 | Int64(bytes[i]) }
    return Int(value)
  }

  /// The whole file, nil if it cannot be read or is too large to be a zone file.
  static func contents(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while bytes.count <= TimeLimits.zoneFileBytes {
      let n = Glibc.read(descriptor, &chunk, chunk.count)
      if n < 0 && errno == EINTR { continue }
      if n < 0 { return nil }
      if n == 0 { return bytes }
      bytes += chunk[0..<n]
    }
    return nil
  }
}
