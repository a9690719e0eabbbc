import Bytes
import CSQLite

/// Rows of a new table on their way into its tree, and into those of its indices.
final class TreeRows {
  private let tree: TreeWriter
  private var records: RecordWriter
  private let indices: [IndexRows]
  private let defaults: [RowSource.Value]
  private var window: RowWindow?
  /// The values of a row that has waited, and who takes it if it is late.
  private let waitingRow: UnsafeMutableBufferPointer<RowSource.Value>
  private let late: Late?

  /// Takes a row with all its values.
  typealias Late = (UnsafeMutableBufferPointer<RowSource.Value>, _ texts: UnsafePointer<UInt8>) throws(StoreError) ->
    Void

  /// - Parameters:
  ///   - table: has no rows, and its indices are there.
  ///   - columns: of the table, in their order.
  ///   - key: how many columns make up the key of a table `WITHOUT ROWID`. Others begin with the number of the row.
  ///   - indices: all that the table has.
  ///   - late: takes rows that come too late for the order of keys; without it all come in that order.
  init(
    _ table: String, columns: [RowBatch.Column], key: Int? = nil, indices: [Index] = [], late: Late? = nil,
    in pages: PageSpace
  ) throws(StoreError) {
    let names = try pages.indices(of: table)
    precondition(Set(indices.map(\.name)) == names, "every index of \(table) is filled")
    tree = try TreeWriter(table, key == nil ? .table : .index, in: pages)
    records = RecordWriter(columns: columns.count)
    self.indices = try indices.map { (index) throws(StoreError) in
      try IndexRows(index, columns: columns.map(\.name), key: key, in: pages)
    }
    defaults = columns.map { $0.standard.map { .init($0) } ?? .null }
    waitingRow = .allocate(capacity: columns.count)
    waitingRow.initialize(repeating: .null)
    self.late = late
    if late != nil { window = RowWindow() }
  }

  deinit { waitingRow.deallocate() }

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
      return try window!.add(records.record(of: values, texts: texts), key: key) {
        (record, isLate) throws(StoreError) in
        try append(waiting: record, isLate: isLate)
      }
    }
    for index in indices { try index.add(row, texts: texts) }
    if tree.kind == .index { return try tree.append(records.record(of: values, texts: texts)) }
    // The number of the row stands in its cell, and not in its record.
    let number = row[0].integer
    row[0] = .null
    try tree.append(records.record(of: values, texts: texts), row: number)
  }

  private func append(waiting record: Bytes, isLate: Bool) throws(StoreError) {
    if !isLate { try tree.append(record) }
    guard isLate || !indices.isEmpty else { return }
    RecordReader.read(record, into: waitingRow, defaults: defaults)
    if isLate { return try late!(waitingRow, record.start) }
    for index in indices { try index.add(waitingRow.baseAddress!, texts: record.start) }
  }

  /// Hands on the rows that wait: late ones have to go where SQLite writes.
  func flush() throws(StoreError) {
    try window?.finish { (record, isLate) throws(StoreError) in try append(waiting: record, isLate: isLate) }
  }

  /// Writes what is left, after `flush`. Within `PageSpace.close` only.
  func finish() throws(StoreError) {
    try tree.finish()
    for index in indices { try index.finish() }
  }
}
