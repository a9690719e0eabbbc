import Bytes
import CSQLite

/// Inserts rows several at a time: one step for ten rows costs two thirds of ten steps.
final class RowBatch {
  private let single: Statement
  private let several: Statement
  private let width: Int
  private static let rowsAtOnce = 10
  private var values: [Value] = []
  private var texts: [UInt8] = []

  private enum Value {
    case null
    case integer(Int64)
    case text(Int, Int)
    case blob(Int, Int)
  }

  /// - Parameter conflict: what stands behind VALUES, such as `ON CONFLICT …`.
  init(_ database: Database, table: String, columns: [String], conflict: String = "") throws(StoreError) {
    width = columns.count
    let row = "(" + columns.map { _ in "?" }.joined(separator: ",") + ")"
    let head = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
    single = try database.prepare(head + row + " " + conflict)
    let rows = Array(repeating: row, count: RowBatch.rowsAtOnce).joined(separator: ",")
    several = try database.prepare(head + rows + " " + conflict)
  }

  // MARK: The values of a row, in the order of the columns

  func add(_ value: Int64?) { values.append(value.map { .integer($0) } ?? .null) }

  func add(_ value: Int64) { values.append(.integer(value)) }

  func add(text: Bytes?) {
    guard let text else {
      values.append(.null)
      return
    }
    values.append(.text(texts.count, text.count))
    texts.append(contentsOf: UnsafeBufferPointer(start: text.start, count: text.count))
  }

  /// NULL where the text is empty.
  func add(textOrNull text: Bytes) { add(text: text.isEmpty ? nil : text) }

  func add(blob: [UInt8]) {
    values.append(.blob(texts.count, blob.count))
    texts.append(contentsOf: blob)
  }

  /// Ends a row.
  func endRow() throws(StoreError) {
    precondition(values.count % width == 0, "a row needs all its values")
    if values.count == width * RowBatch.rowsAtOnce { try write(several, values[...]) }
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) {
    var rest = values[...]
    while !rest.isEmpty {
      try bindAndRun(single, rest.prefix(width))
      rest = rest.dropFirst(width)
    }
    clear()
  }

  private func write(_ statement: Statement, _ row: ArraySlice<Value>) throws(StoreError) {
    try bindAndRun(statement, row)
    clear()
  }

  private func clear() {
    values.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
  }

  private func bindAndRun(_ statement: Statement, _ row: ArraySlice<Value>) throws(StoreError) {
    // The buffer of `texts` stays where it is until `clear()`: nothing is added while a statement runs.
    let base = texts.withUnsafeBufferPointer { $0.baseAddress } ?? Bytes.empty.start
    for (position, value) in row.enumerated() {
      switch value {
      case .null: statement.bind(position + 1, nil as Int64?)
      case .integer(let number): statement.bind(position + 1, number)
      case .text(let offset, let count):
        statement.bind(position + 1, keptText: Bytes(start: base + offset, count: count))
      case .blob(let offset, let count):
        statement.bind(position + 1, keptBlob: Bytes(start: base + offset, count: count))
      }
    }
    try withExtendedLifetime(texts) { () throws(StoreError) in try statement.run() }
  }
}
