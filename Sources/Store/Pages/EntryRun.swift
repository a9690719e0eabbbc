import Bytes

/// Keys in their order in pages of the file: each behind its length, across the pages.
struct EntryRun {
  /// The numbers of the pages.
  let numbers: [UInt32]
  /// How many keys there are.
  let count: Int
}

/// Writes a run, page by page.
final class EntryRunWriter {
  private let pages: PageSpace
  private let buffer: UnsafeMutableRawBufferPointer
  private var used = 0
  private var numbers: [UInt32] = []
  private var count = 0

  init(_ pages: PageSpace) {
    self.pages = pages
    buffer = .allocate(byteCount: pages.pageSize, alignment: 16)
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
    let page = try pages.take()
    try pages.write(UnsafeRawBufferPointer(buffer), to: page)
    numbers.append(page)
    used = 0
  }

  func finish() throws(StoreError) -> EntryRun {
    if used > 0 { try flush() }
    return EntryRun(numbers: numbers, count: count)
  }
}
