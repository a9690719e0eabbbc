import Bytes
import CSQLite

/// Rows of a new table on their way into its tree.
final class TreeRows {
  private let tree: TreeWriter
  private var records: RecordWriter
  private var window: RowWindow?
  /// The table of those that came late.
  let late: String?

  /// - Parameters:
  ///   - name: of a table or index that has no rows. The rows of a table with numbers begin with the number.
  ///   - columns: how many values a row has at most.
  ///   - late: the table for rows that are late; without one all rows come in the order of their keys.
  init(
    _ name: String, _ kind: TreeWriter.Kind, columns: Int, late: String? = nil, in pages: PageSpace
  ) throws(StoreError) {
    tree = try TreeWriter(name, kind, in: pages)
    records = RecordWriter(columns: columns)
    self.late = late
    window = try late.map { (late) throws(StoreError) in RowWindow(tree, late: try TreeWriter(late, .table, in: pages))
    }
  }

  /// Adds a row. Without its last columns it has what they hold by default
  /// (https://www.sqlite.org/fileformat2.html#record_format).
  func append(_ row: UnsafeMutableBufferPointer<RowSource.Value>, texts: UnsafePointer<UInt8>) throws(StoreError) {
    switch tree.kind {
    case .table:
      // The number of the row stands in its cell, and not in its record.
      let number = row[0].integer
      row[0] = .null
      try tree.append(records.record(of: UnsafeBufferPointer(row), texts: texts), row: number)
    case .index:
      let record = records.record(of: UnsafeBufferPointer(row), texts: texts)
      if window == nil { return try tree.append(record) }
      try window!.add(record, key: RowWindow.Key(row))
    }
  }

  /// Writes what is left. Within `PageSpace.close` only.
  func finish() throws(StoreError) {
    try window?.finish()
    try tree.finish()
  }
}
