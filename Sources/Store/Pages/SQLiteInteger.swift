import Bytes

/// Numbers as SQLite's file format has them outside records' values: seven bits a byte, the highest first.
enum SQLiteInteger {
  /// Writes up to nine bytes; returns how many.
  @inline(__always)
  static func write(_ value: UInt64, to place: UnsafeMutableRawPointer) -> Int {
    if value < 0x80 {
      place.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
      return 1
    }
    return writeLong(value, to: place)
  }

  private static func writeLong(_ value: UInt64, to place: UnsafeMutableRawPointer) -> Int {
    let bytes = place.assumingMemoryBound(to: UInt8.self)
    let count = self.count(value)
    var rest = value
    var index = count - 1
    if count == 9 {
      // The ninth byte has eight bits.
      bytes[8] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
      index = 7
    }
    while index >= 0 {
      bytes[index] = UInt8(truncatingIfNeeded: rest & 0x7F) | (index == count - 1 ? 0 : 0x80)
      rest >>= 7
      index -= 1
    }
    return count
  }

  static func bytes(_ value: UInt64) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 9) { buffer, count in count = write(value, to: buffer.baseAddress!) }
  }

  /// Reads a number of fewer than nine bytes at `offset`, and moves that behind it.
  static func read(_ bytes: Bytes, _ offset: inout Int) -> UInt64 {
    var value: UInt64 = 0
    while true {
      let byte = bytes[offset]
      offset += 1
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { return value }
    }
  }

  /// How many bytes a number takes.
  @inline(__always)
  static func count(_ value: UInt64) -> Int {
    if value < 0x80 { return 1 }
    return min(9, (63 - value.leadingZeroBitCount) / 7 + 1)
  }
}
