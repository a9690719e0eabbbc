import Bytes

/// Inserts rows many at a time: one step for many rows costs half as much as many steps.
///
/// Each value costs as much again as the row itself, so columns behind the last one that any of the rows fills are left out.
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
  private var count = 0
  /// The column that is next, and the number of columns that the rows fill.
  private var column = 0
  private var width = 1
  private var texts = TextBuffer(capacity: 1 << 14)

  /// A column, and what it holds where an insertion leaves it out: NULL, or a number.
  struct Column: ExpressibleByStringLiteral {
    let name: String
    var standard: Int64?

    init(_ name: String, standard: Int64?) { (self.name, self.standard) = (name, standard) }

    init(stringLiteral name: String) { self.init(name, standard: nil) }
  }

  /// - Parameters:
  ///   - columns: in the order of the table, which spares the copying of each value.
  ///   - conflict: what stands behind the rows, such as `ON CONFLICT …`.
  init(_ database: Database, table: String, columns: [Column], conflict: String = "") throws(StoreError) {
    (self.database, self.table, self.columns, self.conflict) = (database, table, columns, conflict)
    source = try RowSource("new_\(table)", width: columns.count, in: database)
    statements = Array(repeating: nil, count: columns.count + 1)
    values = .allocate(capacity: columns.count * RowBatch.rowsAtOnce)
  }

  deinit { values.deallocate() }

  // MARK: The values of a row, in the order of the columns

  @inline(__always)
  private func add(_ value: RowSource.Value) {
    precondition(count < values.count, "a row has more values than its table has columns")
    values.initializeElement(at: count, to: value)
    count += 1
    column += 1
  }

  func add(_ value: Int64?) {
    guard let value else { return add(.null) }
    add(value)
  }

  func add(_ value: Int64) {
    add(RowSource.Value(value))
    if column > width && value != columns[column - 1].standard { width = column }
  }

  func add(text: Bytes?) {
    guard let text else { return add(.null) }
    add(RowSource.Value(text: texts.append(text)))
    width = max(width, column)
  }

  /// NULL where the text is empty.
  func add(textOrNull text: Bytes) { add(text: text.isEmpty ? nil : text) }

  func add(blob: Bytes) {
    add(RowSource.Value(blob: texts.append(blob)))
    width = max(width, column)
  }

  /// Ends a row.
  func endRow() throws(StoreError) {
    precondition(column == columns.count, "a row needs all its values")
    column = 0
    if count == values.count { try flush() }
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) {
    guard count > 0 else { return }
    if statements[width] == nil { statements[width] = try prepare(width: width) }
    source.show(UnsafeBufferPointer(rebasing: values[..<count]), texts: texts.all.start)
    try statements[width]!.run()
    count = 0
    width = 1
    texts.removeAll(keepingAtMost: 1 << 20)
  }

  /// The statement that fills the first `width` columns.
  private func prepare(width: Int) throws(StoreError) -> Statement {
    let names = columns[..<width].map(\.name).joined(separator: ", ")
    let values = (0..<width).map { "c\($0)" }.joined(separator: ", ")
    return try database.prepare(
      "INSERT INTO \(table) (\(names)) SELECT \(values) FROM new_\(table) WHERE true \(conflict)")
  }
}
