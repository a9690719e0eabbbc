import Bytes

/// Numbers of any size in few bytes (LEB128), signed ones folded so that small ones stay small.
struct VariableIntegerWriter: ~Copyable {
  private var start = UnsafeMutablePointer<UInt8>.allocate(capacity: 1024)
  private var capacity = 1024
  private var count = 0

  deinit { start.deallocate() }

  /// What has been written, valid until more is.
  var bytes: Bytes { Bytes(start: start, count: count) }

  mutating func write(_ value: UInt64) {
    makeRoom(for: 10)
    var rest = value
    while rest >= 0x80 {
      start[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    start[count] = UInt8(rest)
    count += 1
  }

  mutating func write(_ value: Int64) { write(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  mutating func write(_ text: Bytes) {
    write(UInt64(text.count))
    makeRoom(for: text.count)
    (start + count).update(from: text.start, count: text.count)
    count += text.count
  }

  /// Forgets what was written and keeps the memory.
  mutating func removeAll() { count = 0 }

  private mutating func makeRoom(for more: Int) {
    guard count + more > capacity else { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
  }
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
