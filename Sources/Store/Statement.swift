package import Bytes
import CSQLite

/// A prepared statement. Values are bound by position from 1 or by name; columns are read by position from 0.
package final class Statement {
  private let handle: OpaquePointer
  private let database: Database

  init(_ handle: OpaquePointer, of database: Database) {
    self.handle = handle
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  // MARK: Binding

  package func bind(_ index: Int, _ value: Int64) { sqlite3_bind_int64(handle, Int32(index), value) }

  /// Binds NULL for an absent value.
  package func bind(_ index: Int, _ value: Int64?) {
    if let value { sqlite3_bind_int64(handle, Int32(index), value) } else { sqlite3_bind_null(handle, Int32(index)) }
  }

  /// Binds a copy of the text. Bytes that are not UTF-8 are kept as they are.
  package func bind(_ index: Int, text: Bytes?) {
    guard let text else {
      sqlite3_bind_null(handle, Int32(index))
      return
    }
    sqlite3_bind_text(handle, Int32(index), Statement.characters(text), Int32(text.count), Statement.copied)
  }

  package func bind(_ index: Int, text: [UInt8]?) {
    guard let text else {
      sqlite3_bind_null(handle, Int32(index))
      return
    }
    text.withBytes { bind(index, text: $0) }
  }

  package func bind(_ index: Int, text: String?) { bind(index, text: text.map { Array($0.utf8) }) }

  package func bind(_ index: Int, blob: [UInt8]?) {
    guard let blob else {
      sqlite3_bind_null(handle, Int32(index))
      return
    }
    blob.withUnsafeBytes {
      _ = sqlite3_bind_blob(handle, Int32(index), $0.baseAddress, Int32($0.count), Statement.copied)
    }
    if blob.isEmpty { sqlite3_bind_zeroblob(handle, Int32(index), 0) }
  }

  /// Binds text that stays where it is until the statement has run.
  func bind(_ index: Int, keptText text: Bytes) {
    sqlite3_bind_text(handle, Int32(index), Statement.characters(text), Int32(text.count), nil)
  }

  /// The position of a named parameter such as `:since`; 0 if the statement has none of that name.
  package func position(of name: String) -> Int { Int(sqlite3_bind_parameter_index(handle, name)) }

  package var parameterNames: [String] {
    (0..<sqlite3_bind_parameter_count(handle)).compactMap { index in
      sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0) }
    }
  }

  // MARK: Running

  /// Goes to the next row; false at the end.
  package func step() throws(StoreError) -> Bool {
    let status = sqlite3_step(handle)
    if status == SQLITE_ROW { return true }
    guard status == SQLITE_DONE else {
      let error = database.failure(status, String(cString: sqlite3_sql(handle)))
      sqlite3_reset(handle)
      throw error
    }
    return false
  }

  /// Runs a statement that gives no rows, and makes it ready to run again.
  package func run() throws(StoreError) {
    _ = try step()
    sqlite3_reset(handle)
  }

  package func reset() { sqlite3_reset(handle) }

  /// What `read` makes of each row that is left; the statement is then ready to run again.
  func rows<T>(_ read: (Statement) throws(StoreError) -> T) throws(StoreError) -> [T] {
    defer { reset() }
    var rows: [T] = []
    while try step() { rows.append(try read(self)) }
    return rows
  }

  /// The first column of each row.
  func integers() throws(StoreError) -> [Int64] { try rows { (row) throws(StoreError) in row.integer(0) } }

  // MARK: Columns of the current row

  package var columnCount: Int { Int(sqlite3_column_count(handle)) }

  package func columnName(_ column: Int) -> String { String(cString: sqlite3_column_name(handle, Int32(column))) }

  package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

  package func isInteger(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_INTEGER }

  /// Whether the column holds a number with a fraction.
  package func isReal(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_FLOAT }

  package func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

  package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

  package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

  /// Valid until the next step.
  package func bytes(_ column: Int) -> Bytes {
    guard let start = sqlite3_column_blob(handle, Int32(column)) else { return .empty }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return Bytes(UnsafeRawBufferPointer(start: start, count: count))
  }

  package func optionalBytes(_ column: Int) -> Bytes? { isNull(column) ? nil : bytes(column) }

  package func string(_ column: Int) -> String { bytes(column).string }

  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private static func characters(_ text: Bytes) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.start).assumingMemoryBound(to: CChar.self)
  }
}
