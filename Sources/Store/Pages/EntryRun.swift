import Bytes
import Glibc

/// Keys in their order in pages of the file: each behind its length, across the pages.
struct EntryRun {
  fileprivate let pages: [UInt32]
  fileprivate let count: Int
}

final class EntryRunWriter {
  private let space: PageSpace
  private let buffer: UnsafeMutableRawBufferPointer
  private var used = 0
  private var pages: [UInt32] = []
  private var count = 0

  init(_ space: PageSpace) {
    self.space = space
    buffer = .allocate(byteCount: space.pageSize, alignment: 16)
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { buffer.deallocate() }

  func add(_ key: Bytes) throws(StoreError) {
    var length = UInt32(key.count).littleEndian
    try withUnsafeBytes(of: &length) { (bytes) throws(StoreError) in try write(bytes) }
    try write(UnsafeRawBufferPointer(start: key.start, count: key.count))
    count += 1
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      if used == buffer.count { try flush() }
      let count = min(rest.count, buffer.count - used)
      (buffer.baseAddress! + used).copyMemory(from: rest.baseAddress!, byteCount: count)
      used += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private func flush() throws(StoreError) {
    let page = try space.take()
    try space.write(UnsafeRawBufferPointer(buffer), to: page)
    pages.append(page)
    used = 0
  }

  func finish() throws(StoreError) -> EntryRun {
    if used > 0 { try flush() }
    return EntryRun(pages: pages, count: count)
  }
}

/// Reads a run once; its pages are free behind it.
final class EntryRunReader {
  private let space: PageSpace
  private let run: EntryRun
  private let buffer: UnsafeMutableRawBufferPointer
  private var place: Int
  private var nextPage = 0
  private var left: Int
  private var capacity = 256
  /// The key that was read last, for whoever wants it to change, and its length.
  private(set) var key: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var prefix: UInt64 = 0

  init(_ run: EntryRun, from space: PageSpace) {
    (self.run, self.space, left) = (run, space, run.count)
    buffer = .allocate(byteCount: space.pageSize, alignment: 16)
    place = buffer.count
    key = .allocate(capacity: capacity)
  }

  deinit {
    buffer.deallocate()
    key.deallocate()
  }

  /// Goes to the next key; false at the end.
  func next() throws(StoreError) -> Bool {
    guard left > 0 else { return false }
    left -= 1
    var length: UInt32 = 0
    try withUnsafeMutableBytes(of: &length) { (bytes) throws(StoreError) in try read(bytes) }
    count = Int(UInt32(littleEndian: length))
    if count > capacity {
      key.deallocate()
      capacity = count
      key = .allocate(capacity: capacity)
    }
    try read(UnsafeMutableRawBufferPointer(start: key, count: count))
    prefix = Bytes(start: key, count: count).sortPrefix
    return true
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer) throws(StoreError) {
    var done = 0
    while done < bytes.count {
      if place == buffer.count {
        try space.read(buffer, from: run.pages[nextPage])
        space.giveBack(run.pages[nextPage])
        nextPage += 1
        place = 0
      }
      let count = min(bytes.count - done, buffer.count - place)
      (bytes.baseAddress! + done).copyMemory(from: buffer.baseAddress! + place, byteCount: count)
      (done, place) = (done + count, place + count)
    }
  }

  @inline(__always)
  func sorts(before other: EntryRunReader) -> Bool {
    if prefix != other.prefix { return prefix < other.prefix }
    return Bytes(start: key, count: count).sorts(before: Bytes(start: other.key, count: other.count))
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
