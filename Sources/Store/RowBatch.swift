import Bytes
import CSQLite

/// Inserts rows many at a time: one step for many rows costs half as much as many steps.
///
/// Each value costs as much again as the row itself, so columns behind the last one that any of the rows fills are left out.
/// Rows of a new store are written as pages, past SQLite, as long as there is a tree for them.
final class RowBatch {
  private let database: Database
  private let table: String
  private let columns: [Column]
  private let conflict: String
  private let source: RowSource
  /// By the number of columns that they fill.
  private var statements: [Statement?]
  private static let rowsAtOnce = 128
  /// What waits: the values of whole rows, and of one that is begun.
  private let values: UnsafeMutableBufferPointer<RowSource.Value>
  /// Where the row that is begun has its first value, and its next.
  private var row: UnsafeMutablePointer<RowSource.Value>
  private var next: UnsafeMutablePointer<RowSource.Value>
  private let end: UnsafeMutablePointer<RowSource.Value>
  /// The number of columns that the rows fill.
  private var width = 1
  private var texts = TextBuffer(capacity: 1 << 14)
  private var tree: TreeRows?
  /// Where rows wait that came too late for the tree.
  private var late: RowBatch?

  /// A column, and what it holds where an insertion leaves it out: NULL, or a number.
  struct Column: ExpressibleByStringLiteral {
    let name: String
    var standard: Int64?

    init(_ name: String, standard: Int64?) { (self.name, self.standard) = (name, standard) }

    init(stringLiteral name: String) { self.init(name, standard: nil) }
  }

  /// - Parameters:
  ///   - columns: in the order of the table, which spares the copying of each value.
  ///   - key: how many columns make up the key of a table `WITHOUT ROWID`.
  ///   - isOrdered: whether the first rows of a new store come in the order of their keys.
  ///   - conflict: what stands behind the rows, such as `ON CONFLICT …`.
  ///   - pages: where the rows go in a new store.
  init(
    _ database: Database, table: String, columns: [Column], key: Int? = nil, isOrdered: Bool = true,
    conflict: String = "", pages: PageSpace?
  ) throws(StoreError) {
    (self.database, self.table, self.columns, self.conflict) = (database, table, columns, conflict)
    source = try RowSource("new_\(table)", width: columns.count, in: database)
    statements = Array(repeating: nil, count: columns.count + 1)
    values = .allocate(capacity: columns.count * RowBatch.rowsAtOnce)
    (row, next, end) = (values.baseAddress!, values.baseAddress!, values.baseAddress! + values.count)
    guard let pages else { return }
    let indices = Schema.indices.filter { $0.table == table }
    var late: TreeRows.Late?
    if !isOrdered { late = { [unowned self] row, texts throws(StoreError) in try addLate(row, texts) } }
    tree = try TreeRows(table, columns: columns, key: key, indices: indices, late: late, in: pages)
  }

  deinit { values.deallocate() }

  // MARK: The values of a row, in the order of the columns

  @inline(__always)
  private func add(_ value: RowSource.Value) {
    precondition(next < end, "a row has more values than its table has columns")
    next.initialize(to: value)
    next += 1
  }

  @inline(__always)
  func add(_ value: Int64?) { add(value.map { RowSource.Value($0) } ?? .null) }

  @inline(__always)
  func add(_ value: Int64) { add(RowSource.Value(value)) }

  func add(text: Bytes?) { add(text.map { RowSource.Value(text: texts.append($0)) } ?? .null) }

  /// NULL where the text is empty.
  func add(textOrNull text: Bytes) { add(text: text.isEmpty ? nil : text) }

  func add(blob: Bytes) { add(RowSource.Value(blob: texts.append(blob))) }

  /// Ends a row.
  func endRow() throws(StoreError) {
    precondition(next - row == columns.count, "a row needs all its values")
    var filled = columns.count
    while filled > width && isStandard(row[filled - 1], of: columns[filled - 1]) { filled -= 1 }
    if let tree {
      next = row
      try tree.append(row, filled: filled, texts: texts.all.start)
      return texts.removeAll(keepingAtMost: 1 << 20)
    }
    width = filled
    row = next
    if row == end { try flush() }
  }

  /// Whether rows go to a tree.
  var hasTree: Bool { tree != nil }

  /// Writes the tree, after `flush`; rows from now on are inserted. Within `PageSpace.close` only.
  func endTree() throws(StoreError) {
    try tree?.finish()
    tree = nil
  }

  /// Late rows wait in a temporary table without a key, so that they take no room in the file.
  private func addLate(
    _ row: UnsafeMutableBufferPointer<RowSource.Value>, _ texts: UnsafePointer<UInt8>
  ) throws(StoreError) {
    if late == nil {
      let names = columns.map(\.name).joined(separator: ", ")
      try database.execute("CREATE TEMP TABLE late_\(table) AS SELECT \(names) FROM \(table) LIMIT 0")
      // The table has no defaults.
      let plain = columns.map { Column($0.name, standard: nil) }
      late = try RowBatch(database, table: "late_\(table)", columns: plain, pages: nil)
    }
    for value in row { late!.add(value, texts) }
    try late!.endRow()
  }

  private func add(_ value: RowSource.Value, _ texts: UnsafePointer<UInt8>) {
    func text() -> Bytes { Bytes(start: texts + Int(value.integer), count: Int(value.count)) }
    switch value.type {
    case SQLITE_TEXT: add(text: text())
    case SQLITE_BLOB: add(blob: text())
    default: add(value)
    }
  }

  /// Inserts the rows that came too late for the tree.
  func insertLate() throws(StoreError) {
    guard let late else { return }
    try late.flush()
    self.late = nil
    let names = columns.map(\.name).joined(separator: ", ")
    try database.execute(
      """
      INSERT INTO \(table) (\(names)) SELECT \(names) FROM late_\(table) WHERE true \(conflict);
      DROP TABLE late_\(table)
      """)
  }

  private func isStandard(_ value: RowSource.Value, of column: Column) -> Bool {
    guard let standard = column.standard else { return value.type == SQLITE_NULL }
    return value.type == SQLITE_INTEGER && value.integer == standard
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) {
    try tree?.flush()
    let start = values.baseAddress!
    precondition(next == row, "a row is not complete")
    guard row > start else { return }
    if statements[width] == nil { statements[width] = try prepare(width: width) }
    source.show(UnsafeBufferPointer(rebasing: values[..<(row - start)]), texts: texts.all.start)
    try statements[width]!.run()
    (row, next) = (start, start)
    width = 1
    texts.removeAll(keepingAtMost: 1 << 20)
  }

  /// The statement that fills the first `width` columns.
  private func prepare(width: Int) throws(StoreError) -> Statement {
    let names = columns[..<width].map(\.name).joined(separator: ", ")
    let values = (0..<width).map { "c\($0)" }.joined(separator: ", ")
    // What fails ends the run and takes all of it back. By default each statement could take itself back, too, for which it
    // copies the pages that it changes.
    return try database.prepare(
      "INSERT OR FAIL INTO \(table) (\(names)) SELECT \(values) FROM new_\(table) WHERE true \(conflict)")
  }
}
