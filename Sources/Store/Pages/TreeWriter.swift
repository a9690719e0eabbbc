import Bytes

/// Writes a whole table or index in the order of its keys, page by page past SQLite: a row costs a fifth of what an INSERT of
/// it costs.
///
/// A page is written once, when it is full; of each level of the b-tree one page is in memory.
final class TreeWriter {
  private let pages: PageSpace
  private let root: UInt32
  let kind: Kind
  /// The open page of each level: that of the leaves first.
  private var levels: [TreePage]
  private let leaf: TreePage
  private var lastRow = Int64.min
  /// How much of a record stands in the page of its cell: all of it up to `mostLocal`.
  private let mostLocal: Int
  private let leastLocal: Int

  enum Kind {
    /// A table by the numbers of its rows.
    case table
    /// An index, or a table `WITHOUT ROWID`, whose records begin with the key.
    case index
  }

  /// - Parameter name: of a table or index of the file that has no rows.
  init(_ name: String, _ kind: Kind, in pages: PageSpace) throws(StoreError) {
    (self.pages, self.kind) = (pages, kind)
    root = try pages.root(of: name)
    leaf = TreePage(kind == .table ? .tableLeaf : .indexLeaf, size: pages.pageSize)
    levels = [leaf]
    leastLocal = (pages.pageSize - 12) * 32 / 255 - 23
    mostLocal = kind == .table ? pages.pageSize - 35 : (pages.pageSize - 12) * 64 / 255 - 23
  }

  /// Adds a row of a table; its number is greater than those before.
  func append(_ record: Bytes, row: Int64) throws(StoreError) {
    precondition(kind == .table && row > lastRow, "rows follow their numbers")
    try add(record, row: UInt64(bitPattern: row), sizeOfRow: SQLiteInteger.count(UInt64(bitPattern: row)))
    lastRow = row
  }

  /// Adds an entry of an index, whose key is greater than those before.
  func append(_ record: Bytes) throws(StoreError) {
    precondition(kind == .index && record.count >= 3, "a cell has four bytes at least")
    try add(record, row: 0, sizeOfRow: 0)
  }

  @inline(__always)
  private func add(_ record: Bytes, row: UInt64, sizeOfRow: Int) throws(StoreError) {
    let before = SQLiteInteger.count(UInt64(record.count)) + sizeOfRow
    let isWhole = record.count <= mostLocal
    let local = isWhole ? record.count : localPart(of: record.count)
    let overflow = isWhole ? 0 : try spill(record[local..<record.count])
    let size = before + local + (isWhole ? 0 : 4)
    var place = leaf.add(size: size)
    if place == nil {
      try closeLeaf()
      place = leaf.add(size: size)
    }
    var cell = place!
    cell += SQLiteInteger.write(UInt64(record.count), to: cell)
    if kind == .table { cell += SQLiteInteger.write(row, to: cell) }
    cell.copyMemory(from: record.start, byteCount: local)
    if !isWhole { (cell + local).storeBytes(of: overflow.bigEndian, as: UInt32.self) }
  }

  private func localPart(of count: Int) -> Int {
    let local = leastLocal + (count - leastLocal) % (pages.pageSize - 4)
    return local <= mostLocal ? local : leastLocal
  }

  /// Writes what has no room in a cell to pages that follow each other; returns the first one.
  private func spill(_ rest: Bytes) throws(StoreError) -> UInt32 {
    let first = try pages.take()
    var (page, rest) = (first, rest)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pages.pageSize, alignment: 4)
    defer { buffer.deallocate() }
    while true {
      let part = rest[0..<min(rest.count, pages.pageSize - 4)]
      rest = rest[part.count..<rest.count]
      let next = rest.isEmpty ? 0 : try pages.take()
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      buffer.storeBytes(of: next.bigEndian, as: UInt32.self)
      (buffer.baseAddress! + 4).copyMemory(from: part.start, byteCount: part.count)
      try pages.write(UnsafeRawBufferPointer(buffer), to: page)
      if next == 0 { return first }
      page = next
    }
  }

  // MARK: Levels

  private func closeLeaf() throws(StoreError) {
    switch kind {
    case .table:
      let page = try write(leaf)
      try add(child: page, before: SQLiteInteger.bytes(UInt64(bitPattern: lastRow))[...], toLevel: 1)
    case .index:
      // An entry between two leaves stands above them, and in neither.
      let divider = leaf.removeLast()
      try add(child: try write(leaf), before: divider[...], toLevel: 1)
    }
    leaf.removeAll()
  }

  /// Adds a child that is complete, and what stands between it and the next one.
  private func add(child: UInt32, before divider: ArraySlice<UInt8>, toLevel level: Int) throws(StoreError) {
    if level == levels.count {
      levels.append(TreePage(kind == .table ? .tableInterior : .indexInterior, size: pages.pageSize))
    }
    let page = levels[level]
    var place = page.add(size: 4 + divider.count)
    if place == nil {
      // Its last child becomes the one behind all its cells.
      let last = page.removeLast()
      page.rightChild = last.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
      try add(child: try write(page), before: last[4...], toLevel: level + 1)
      page.removeAll()
      place = page.add(size: 4 + divider.count)
    }
    place!.storeBytes(of: child.bigEndian, as: UInt32.self)
    divider.withUnsafeBytes { (place! + 4).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  }

  private func write(_ page: TreePage) throws(StoreError) -> UInt32 {
    let number = try pages.take()
    try pages.write(page.complete(), to: number)
    return number
  }

  /// Writes the pages that are open, the root at its place. Within `PageSpace.close` only.
  func finish() throws(StoreError) {
    guard leaf.cells > 0 else { return }
    for (level, page) in levels.enumerated() {
      if level == levels.count - 1 {
        try pages.write(page.complete(), to: root)
      } else {
        levels[level + 1].rightChild = try write(page)
      }
    }
  }
}
