import Bytes
import CSQLite

/// Inserts rows several at a time: one step for many rows costs half as much as many steps.
///
/// Each value costs as much again as the row itself, so columns behind the last one that any of the rows fills are left out.
final class RowBatch {
  private let database: Database
  private let columns: [Column]
  private let head: String
  private let conflict: String
  /// The statement for one row; whoever writes none never needs it.
  private var single: Statement?
  /// The statements for as many rows as are written at once, by the number of columns that they fill.
  private var several: [Statement?]
  private static let rowsAtOnce = 64
  /// What waits: the values of whole rows, and of one that is begun.
  private let values: UnsafeMutableBufferPointer<Value>
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

  private struct Value {
    enum Kind: UInt8 {
      case null
      case integer
      case text
      case blob
    }

    /// The number, or where the text stands: its offset in the upper half, its length in the lower one.
    var integer: Int64
    var kind: Kind

    init(_ kind: Kind, _ integer: Int64 = 0) { (self.kind, self.integer) = (kind, integer) }

    init(_ kind: Kind, _ place: TextPlace) {
      self.init(kind, Int64(bitPattern: UInt64(place.offset) << 32 | UInt64(place.count)))
    }

    var place: TextPlace {
      TextPlace(offset: UInt32(truncatingIfNeeded: integer >> 32), count: UInt32(truncatingIfNeeded: integer))
    }
  }

  /// - Parameters:
  ///   - columns: in the order of the table, which spares the copying of each value.
  ///   - conflict: what stands behind VALUES, such as `ON CONFLICT …`.
  init(_ database: Database, table: String, columns: [Column], conflict: String = "") throws(StoreError) {
    (self.database, self.columns, self.conflict) = (database, columns, conflict)
    head = "INSERT INTO \(table) ("
    several = Array(repeating: nil, count: columns.count + 1)
    values = .allocate(capacity: columns.count * RowBatch.rowsAtOnce)
  }

  /// The statement that fills the first `width` columns of so many rows.
  private func prepare(rows: Int, width: Int) throws(StoreError) -> Statement {
    let columns = columns[..<width]
    let row = "(" + columns.map { _ in "?" }.joined(separator: ",") + ")"
    let rows = Array(repeating: row, count: rows).joined(separator: ",")
    return try database.prepare(
      head + columns.map(\.name).joined(separator: ", ") + ") VALUES " + rows + " " + conflict)
  }

  deinit { values.deallocate() }

  // MARK: The values of a row, in the order of the columns

  @inline(__always)
  private func add(_ value: Value) {
    precondition(count < values.count, "a row has more values than its table has columns")
    values.initializeElement(at: count, to: value)
    count += 1
    column += 1
  }

  func add(_ value: Int64?) {
    guard let value else { return add(Value(.null)) }
    add(value)
  }

  func add(_ value: Int64) {
    add(Value(.integer, value))
    if column > width && value != columns[column - 1].standard { width = column }
  }

  func add(text: Bytes?) {
    guard let text else { return add(Value(.null)) }
    add(Value(.text, texts.append(text)))
    width = max(width, column)
  }

  /// NULL where the text is empty.
  func add(textOrNull text: Bytes) { add(text: text.isEmpty ? nil : text) }

  func add(blob: Bytes) {
    add(Value(.blob, texts.append(blob)))
    width = max(width, column)
  }

  /// Ends a row.
  func endRow() throws(StoreError) {
    precondition(column == columns.count, "a row needs all its values")
    column = 0
    guard count == values.count else { return }
    if several[width] == nil { several[width] = try prepare(rows: RowBatch.rowsAtOnce, width: width) }
    try run(several[width]!, 0..<count, width)
    clear()
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) {
    guard count > 0 else { return }
    let whole = columns.count
    if single == nil { single = try prepare(rows: 1, width: whole) }
    for row in 0..<(count / whole) { try run(single!, (row * whole)..<((row + 1) * whole), whole) }
    clear()
  }

  private func clear() {
    count = 0
    width = 1
    texts.removeAll()
  }

  /// Runs `statement` with the first `width` values of each row.
  private func run(_ statement: Statement, _ range: Range<Int>, _ width: Int) throws(StoreError) {
    // Texts stay where they are: nothing is added while a statement runs.
    var position = 1
    for row in stride(from: range.lowerBound, to: range.upperBound, by: columns.count) {
      for index in row..<(row + width) {
        switch values[index].kind {
        case .null: statement.bind(position, nil as Int64?)
        case .integer: statement.bind(position, values[index].integer)
        case .text: statement.bind(position, keptText: texts[values[index].place])
        case .blob: statement.bind(position, keptBlob: texts[values[index].place])
        }
        position += 1
      }
    }
    try statement.run()
  }
}
