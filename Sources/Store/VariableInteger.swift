import Bytes

/// Numbers of any size in few bytes (LEB128), signed ones folded so that small ones stay small.
struct VariableIntegerWriter: ~Copyable {
  private var out = TextBuffer(capacity: 1024)

  /// What has been written, valid until more is.
  var bytes: Bytes { out.all }

  mutating func write(_ value: UInt64) {
    out.extend(byAtMost: 10) { place in
      var rest = value
      var count = 0
      while rest >= 0x80 {
        place[count] = UInt8(truncatingIfNeeded: rest) | 0x80
        count += 1
        rest >>= 7
      }
      place[count] = UInt8(rest)
      return count + 1
    }
  }

  mutating func write(_ value: Int64) { write(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  mutating func write(_ text: Bytes) {
    write(UInt64(text.count))
    _ = out.append(text)
  }

  /// Forgets what was written and keeps the memory.
  mutating func removeAll() { out.removeAll() }
}

struct VariableIntegerReader {
  private var cursor: ByteCursor

  init(_ bytes: Bytes) { cursor = ByteCursor(bytes) }

  var isAtEnd: Bool { cursor.isAtEnd }

  /// The next number; a cut one ends the reading.
  mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = cursor.take(count: 1)?.first {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 || shift > 56 { break }
      shift += 7
    }
    return value
  }

  mutating func signed() -> Int64 {
    let folded = unsigned()
    return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
  }

  /// The next text; a cut one ends the reading.
  mutating func text() -> Bytes {
    let count = unsigned()
    guard count <= UInt64(cursor.rest.count) else {
      _ = cursor.takeRest()
      return .empty
    }
    return cursor.take(count: Int(count)) ?? .empty
  }
}
