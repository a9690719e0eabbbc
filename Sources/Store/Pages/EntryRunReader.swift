import Bytes

/// Reads a run once; its pages are free behind it.
final class EntryRunReader {
  private let pages: PageSpace
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

  init(_ run: EntryRun, from pages: PageSpace) {
    (self.run, self.pages, left) = (run, pages, run.count)
    buffer = .allocate(byteCount: pages.pageSize, alignment: 16)
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
        try pages.read(buffer, from: run.numbers[nextPage])
        pages.giveBack(run.numbers[nextPage])
        nextPage += 1
        place = 0
      }
      let count = min(bytes.count - done, buffer.count - place)
      (bytes.baseAddress! + done).copyMemory(from: buffer.baseAddress! + place, byteCount: count)
      (done, place) = (done + count, place + count)
    }
  }

  /// Whether the key of this reader comes before that of another.
  @inline(__always)
  func sorts(before other: EntryRunReader) -> Bool {
    if prefix != other.prefix { return prefix < other.prefix }
    return Bytes(start: key, count: count).sorts(before: Bytes(start: other.key, count: other.count))
  }
}
