import Bytes
import CSQLite

/// Rows of a new table on their way into its tree, and into those of its indices.
final class TreeRows {
  private let tree: TreeWriter
  private var records: RecordWriter
  private var window: RowWindow?
  private let indices: [IndexRows]
  /// The values of a row that has waited.
  private let again: UnsafeMutableBufferPointer<RowSource.Value>

  /// - Parameters:
  ///   - table: has no rows, and its indices are there.
  ///   - columns: of the table, in their order.
  ///   - key: how many columns make up the key of a table `WITHOUT ROWID`. Others begin with the number of the row.
  ///   - late: the table for rows that are late; without one all rows come in the order of their keys.
  init(
    _ table: String, columns: [String], key: Int? = nil, indices: [Index] = [], late: String? = nil, in pages: PageSpace
  ) throws(StoreError) {
    tree = try TreeWriter(table, key == nil ? .table : .index, in: pages)
    records = RecordWriter(columns: columns.count)
    again = .allocate(capacity: columns.count)
    again.initialize(repeating: .null)
    window = try late.map { (late) throws(StoreError) in RowWindow(late: try TreeWriter(late, .table, in: pages)) }
    self.indices = try indices.map { (index) throws(StoreError) in
      try IndexRows(index, columns: columns, key: key, in: pages)
    }
  }

  deinit { again.deallocate() }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - row: all its values.
  ///   - filled: what the row has of them; the rest it has by default
  ///     (https://www.sqlite.org/fileformat2.html#record_format).
  func append(
    _ row: UnsafeMutablePointer<RowSource.Value>, filled: Int, texts: UnsafePointer<UInt8>
  ) throws(StoreError) {
    let values = UnsafeBufferPointer(start: row, count: filled)
    if window != nil {
      let key = RowWindow.Key(values)
      return try window!.add(records.record(of: values, texts: texts), key: key) { (record) throws(StoreError) in
        try append(waiting: record)
      }
    }
    for index in indices { try index.add(row, texts: texts) }
    if tree.kind == .index { return try tree.append(records.record(of: values, texts: texts)) }
    // The number of the row stands in its cell, and not in its record.
    let number = row[0].integer
    row[0] = .null
    try tree.append(records.record(of: values, texts: texts), row: number)
  }

  private func append(waiting record: Bytes) throws(StoreError) {
    try tree.append(record)
    guard !indices.isEmpty else { return }
    RecordReader.read(record, into: again)
    for index in indices { try index.add(again.baseAddress!, texts: record.start) }
  }

  /// Writes what is left. Within `PageSpace.close` only.
  func finish() throws(StoreError) {
    try window?.finish { (record) throws(StoreError) in try append(waiting: record) }
    try tree.finish()
    for index in indices { try index.finish() }
  }
}
