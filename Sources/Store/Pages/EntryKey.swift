import Bytes
import CSQLite
import Glibc

/// The values of an index's entry as bytes that compare as SQLite compares the values: numbers before texts, NULL before both
/// (https://www.sqlite.org/datatype3.html#sort_order).
enum EntryKey {
  private enum Tag {
    static let null: UInt8 = 1
    /// With this a number has no bytes: 0 above it, −1 below; with each byte more it is one further away.
    static let zero: UInt8 = 0x20
    static let minusOne: UInt8 = 0x1F
    static let text: UInt8 = 0x30
  }

  /// The most bytes that a value takes.
  @inline(__always)
  static func mostBytes(of value: RowSource.Value) -> Int { value.type == SQLITE_TEXT ? 2 * Int(value.count) + 3 : 9 }

  /// Writes a value; returns how many bytes it took.
  @inline(__always)
  static func write(
    _ value: RowSource.Value, texts: UnsafePointer<UInt8>, to place: UnsafeMutablePointer<UInt8>
  ) -> Int {
    switch value.type {
    case SQLITE_INTEGER: return write(value.integer, to: place)
    case SQLITE_TEXT:
      place[0] = Tag.text
      return 1 + write(Bytes(start: texts + Int(value.integer), count: Int(value.count)), to: place + 1)
    default:
      precondition(value.type == SQLITE_NULL, "indices are of numbers and texts")
      place[0] = Tag.null
      return 1
    }
  }

  @inline(__always)
  private static func write(_ number: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
    let count = (71 - (number < 0 ? ~number : number).leadingZeroBitCount) / 8
    place[0] = number < 0 ? Tag.minusOne - UInt8(count) : Tag.zero + UInt8(count)
    var rest = number
    var index = count
    while index > 0 {
      place[index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
      index -= 1
    }
    return 1 + count
  }

  /// A text ends with two NULs; one in it is followed by 255.
  private static func write(_ text: Bytes, to place: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 0
    var rest = text
    while let null = rest.firstIndex(of: 0) {
      (place + count).update(from: rest.start, count: null)
      (place[count + null], place[count + null + 1]) = (0, 255)
      count += null + 2
      rest = rest[null + 1..<rest.count]
    }
    (place + count).update(from: rest.start, count: rest.count)
    (place[count + rest.count], place[count + rest.count + 1]) = (0, 0)
    return count + rest.count + 2
  }

  /// Reads the value at `offset`, and moves that behind it. Texts are laid out plain where they stand in `key`.
  static func read(_ key: UnsafeMutablePointer<UInt8>, _ offset: inout Int) -> RowSource.Value {
    let tag = key[offset]
    offset += 1
    switch tag {
    case Tag.null: return .null
    case Tag.text: return readText(key, &offset)
    default:
      let count = tag < Tag.zero ? Tag.minusOne - tag : tag - Tag.zero
      var number: Int64 = tag < Tag.zero ? -1 : 0
      for index in offset..<offset + Int(count) { number = number << 8 | Int64(key[index]) }
      offset += Int(count)
      return .init(number)
    }
  }

  private static func readText(_ key: UnsafeMutablePointer<UInt8>, _ offset: inout Int) -> RowSource.Value {
    let start = offset
    var end = offset
    while true {
      let part = strlen(key + offset)
      if end != offset { (key + end).update(from: key + offset, count: part) }
      (offset, end) = (offset + part + 2, end + part)
      if key[offset - 1] == 0 { break }
      key[end] = 0
      end += 1
    }
    return .init(text: TextPlace(offset: UInt32(start), count: UInt32(end - start)))
  }
}

extension Bytes {
  /// The first eight bytes as a number: of two that differ, the lesser is of the text that sorts first.
  @inline(__always)
  var sortPrefix: UInt64 {
    if count >= 8 { return UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)) }
    var prefix: UInt64 = 0
    for index in 0..<count { prefix |= UInt64(start[index]) << UInt64(56 - 8 * index) }
    return prefix
  }

  func sorts(before other: Bytes) -> Bool {
    let order = memcmp(start, other.start, min(count, other.count))
    return order != 0 ? order < 0 : count < other.count
  }
}
