import Bytes
import CSQLite

/// Inserts rows several at a time: one step for many rows costs half as much as many steps.
final class RowBatch {
  private let single: Statement
  private let several: Statement
  private let width: Int
  private static let rowsAtOnce = 24
  /// What waits: the values of whole rows, and of one that is begun.
  private let values: UnsafeMutableBufferPointer<Value>
  private var count = 0
  private var texts = TextBuffer(capacity: 1 << 14)

  private struct Value {
    enum Kind: UInt8 {
      case null
      case integer
      case text
      case blob
    }

    var kind: Kind
    var integer: Int64 = 0
    var place = TextPlace.empty
  }

  /// - Parameter conflict: what stands behind VALUES, such as `ON CONFLICT …`.
  init(_ database: Database, table: String, columns: [String], conflict: String = "") throws(StoreError) {
    width = columns.count
    let row = "(" + columns.map { _ in "?" }.joined(separator: ",") + ")"
    let head = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
    single = try database.prepare(head + row + " " + conflict)
    let rows = Array(repeating: row, count: RowBatch.rowsAtOnce).joined(separator: ",")
    several = try database.prepare(head + rows + " " + conflict)
    values = .allocate(capacity: width * RowBatch.rowsAtOnce)
  }

  deinit { values.deallocate() }

  // MARK: The values of a row, in the order of the columns

  private func add(_ value: Value) {
    precondition(count < values.count, "a row has more values than its table has columns")
    values.initializeElement(at: count, to: value)
    count += 1
  }

  func add(_ value: Int64?) { add(value.map { Value(kind: .integer, integer: $0) } ?? Value(kind: .null)) }

  func add(_ value: Int64) { add(Value(kind: .integer, integer: value)) }

  func add(text: Bytes?) {
    add(text.map { Value(kind: .text, place: texts.append($0)) } ?? Value(kind: .null))
  }

  /// NULL where the text is empty.
  func add(textOrNull text: Bytes) { add(text: text.isEmpty ? nil : text) }

  func add(blob: Bytes) { add(Value(kind: .blob, place: texts.append(blob))) }

  /// Ends a row.
  func endRow() throws(StoreError) {
    precondition(count % width == 0, "a row needs all its values")
    guard count == values.count else { return }
    try run(several, 0..<count)
    clear()
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) {
    for row in 0..<(count / width) { try run(single, (row * width)..<((row + 1) * width)) }
    clear()
  }

  private func clear() {
    count = 0
    texts.removeAll()
  }

  private func run(_ statement: Statement, _ range: Range<Int>) throws(StoreError) {
    // Texts stay where they are: nothing is added while a statement runs.
    for index in range {
      let position = index - range.lowerBound + 1
      switch values[index].kind {
      case .null: statement.bind(position, nil as Int64?)
      case .integer: statement.bind(position, values[index].integer)
      case .text: statement.bind(position, keptText: texts[values[index].place])
      case .blob: statement.bind(position, keptBlob: texts[values[index].place])
      }
    }
    try statement.run()
  }
}
