import Bytes
import CSQLite

/// Writes rows as records of SQLite's file format (https://www.sqlite.org/fileformat2.html#record_format).
struct RecordWriter: ~Copyable {
  /// Types of the values from the beginning, and the values themselves from `body`.
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// Where the values begin: before them there is room for the length of the header and all types.
  private let body: Int

  /// - Parameter columns: how many values a row has at most.
  init(columns: Int) {
    precondition(columns <= 1000, "the length of a header has two bytes")
    body = 2 + 5 * columns
    capacity = body + 8 * columns + 1024
    memory = .allocate(byteCount: capacity, alignment: 1)
  }

  deinit { memory.deallocate() }

  /// The record of a row, valid until the next one.
  mutating func record(of row: UnsafeBufferPointer<RowSource.Value>, texts: UnsafePointer<UInt8>) -> Bytes {
    var types = 0
    var end = body
    for value in row {
      switch value.type {
      case SQLITE_INTEGER: add(value.integer, &types, &end)
      case SQLITE_TEXT: add(texts + Int(value.integer), Int(value.count), kind: 13, &types, &end)
      case SQLITE_BLOB: add(texts + Int(value.integer), Int(value.count), kind: 12, &types, &end)
      default: addType(0, &types)
      }
    }
    // The types move to just before the values, and the length of both them and itself to before the types.
    (memory + body - types).copyMemory(from: memory, byteCount: types)
    let length = types < 0x7F ? 1 : 2
    let start = memory + body - types - length
    _ = SQLiteInteger.write(UInt64(types + length), to: start)
    return Bytes(UnsafeRawBufferPointer(start: start, count: types + length + end - body))
  }

  @inline(__always)
  private func addType(_ type: UInt64, _ types: inout Int) { types += SQLiteInteger.write(type, to: memory + types) }

  @inline(__always)
  private mutating func add(_ value: Int64, _ types: inout Int, _ end: inout Int) {
    if value == 0 || value == 1 { return addType(UInt64(8 + value), &types) }
    let significant = 64 - (value < 0 ? ~value : value).leadingZeroBitCount
    // Numbers have 1, 2, 3, 4, 6 or 8 bytes, which are the types 1 to 6.
    let shift = UInt32((significant >> 3) * 4)
    addType(UInt64(0x6655_4321 as UInt32 >> shift & 15), &types)
    let size = Int(0x8866_4321 as UInt32 >> shift & 15)
    makeRoom(for: 8, behind: end)
    (memory + end).storeBytes(of: (value << Int64(64 - 8 * size)).bigEndian, as: Int64.self)
    end += size
  }

  @inline(__always)
  private mutating func add(
    _ text: UnsafePointer<UInt8>, _ count: Int, kind: UInt64, _ types: inout Int, _ end: inout Int
  ) {
    addType(UInt64(count) << 1 + kind, &types)
    makeRoom(for: count, behind: end)
    (memory + end).copyMemory(from: text, byteCount: count)
    end += count
  }

  @inline(__always)
  private mutating func makeRoom(for count: Int, behind end: Int) {
    if end + count > capacity { grow(to: end + count) }
  }

  private mutating func grow(to needed: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: needed * 2, alignment: 1)
    larger.copyMemory(from: memory, byteCount: capacity)
    memory.deallocate()
    (memory, capacity) = (larger, needed * 2)
  }
}
