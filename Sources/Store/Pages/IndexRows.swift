import Bytes
import CSQLite

/// Entries of an index on their way into its tree, whatever the order of the rows that they are of.
final class IndexRows {
  private let tree: TreeWriter
  private var records: RecordWriter
  private var sorter: EntrySorter
  /// The places in a row of what an entry has.
  private let columns: [Int]
  private let condition: Condition?
  private let index: Index

  private enum Condition {
    case isPresent(Int)
    case isPositive(Int)
    case areEqual(Int, Int)
  }

  /// - Parameters:
  ///   - columns: of the table, in their order.
  ///   - key: how many of them make up the key of a table `WITHOUT ROWID`. Others begin with the number of the row.
  init(_ index: Index, columns: [String], key: Int?, in pages: PageSpace) throws(StoreError) {
    func place(_ name: String) -> Int { columns.firstIndex(of: name)! }
    // What is behind the index's own columns: https://www.sqlite.org/fileformat2.html#representation_of_sql_indices
    let rest = key.map { columns[..<$0].filter { !index.columns.contains($0) } } ?? [columns[0]]
    self.columns = (index.columns + rest).map(place)
    condition =
      switch index.condition {
      case .isPresent(let column): .isPresent(place(column))
      case .isPositive(let column): .isPositive(place(column))
      case .areEqual(let left, let right): .areEqual(place(left), place(right))
      case nil: nil
      }
    self.index = index
    tree = try TreeWriter(index.name, .index, in: pages)
    records = RecordWriter(columns: self.columns.count)
    sorter = EntrySorter(pages)
  }

  private func takes(_ row: UnsafePointer<RowSource.Value>) -> Bool {
    switch condition {
    case .isPresent(let column): row[column].type != SQLITE_NULL
    case .isPositive(let column): row[column].type != SQLITE_NULL && row[column].integer > 0
    case .areEqual(let left, let right):
      row[left].type != SQLITE_NULL && row[right].type != SQLITE_NULL && row[left].integer == row[right].integer
    case nil: true
    }
  }

  /// Adds the entry of a row, if the index has one for it.
  func add(_ row: UnsafePointer<RowSource.Value>, texts: UnsafePointer<UInt8>) throws(StoreError) {
    guard takes(row) else { return }
    var most = 0
    for column in columns { most += EntryKey.mostBytes(of: row[column]) }
    try sorter.add(byAtMost: most) { place in
      var count = 0
      for column in columns { count += EntryKey.write(row[column], texts: texts, to: place + count) }
      return count
    }
  }

  /// Writes the tree. Within `PageSpace.close` only.
  func finish() throws(StoreError) {
    let values = UnsafeMutableBufferPointer<RowSource.Value>.allocate(capacity: columns.count)
    defer { values.deallocate() }
    var latest: [UInt8] = []
    try sorter.finish { (key, _) throws(StoreError) in
      var offset = 0
      for place in index.columns.indices { values.initializeElement(at: place, to: EntryKey.read(key, &offset)) }
      if index.isUnique {
        let own = Bytes(start: key, count: offset)
        if latest.withBytes({ $0 == own }) { throw .statement(sql: index.sql, reason: "two rows with one key") }
        latest = own.array
      }
      for place in index.columns.count..<columns.count {
        values.initializeElement(at: place, to: EntryKey.read(key, &offset))
      }
      try tree.append(records.record(of: UnsafeBufferPointer(values), texts: key))
    }
    try tree.finish()
  }
}
