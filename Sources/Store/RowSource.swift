import Bytes
import CSQLite

/// Rows in memory that a statement reads as a table, so that SQLite fetches each value where it needs it.
///
/// See <https://www.sqlite.org/vtab.html>. The table is eponymous: it is there by its name, and nothing in the file tells of it.
final class RowSource {
  /// What a column of a row holds.
  struct Value {
    enum Kind: UInt8 {
      case null
      case integer
      case text
      case blob
    }

    /// The number, or where the text stands: its offset in the upper half, its length in the lower one.
    let integer: Int64
    let kind: Kind

    static var null: Value { Value(kind: .null, integer: 0) }

    init(_ integer: Int64) { self.init(kind: .integer, integer: integer) }

    init(_ kind: Kind, _ place: TextPlace) {
      self.init(kind: kind, integer: Int64(bitPattern: UInt64(place.offset) << 32 | UInt64(place.count)))
    }

    private init(kind: Kind, integer: Int64) { (self.kind, self.integer) = (kind, integer) }

    fileprivate var offset: Int { Int(truncatingIfNeeded: integer >> 32) }
    fileprivate var count: Int32 { Int32(truncatingIfNeeded: integer) }
  }

  private let width: Int
  private var rows = UnsafeBufferPointer<Value>(start: nil, count: 0)
  private var texts: UnsafePointer<UInt8>?

  /// - Parameters:
  ///   - name: the table's. Its columns are `c0`, `c1` and so on.
  ///   - width: how many columns it has.
  init(_ name: String, width: Int, in database: Database) throws(StoreError) {
    self.width = width
    let status = sqlite3_create_module_v2(
      database.handle, name, &RowSource.module, Unmanaged.passUnretained(self).toOpaque(), nil)
    guard status == SQLITE_OK else { throw database.failure(status, name) }
  }

  /// Lets `body` run statements that find `rows` in the table.
  func show(
    _ rows: UnsafeBufferPointer<Value>, texts: UnsafePointer<UInt8>, _ body: () throws(StoreError) -> Void
  ) throws(StoreError) {
    (self.rows, self.texts) = (rows, texts)
    try body()
  }

  // MARK: What SQLite calls

  nonisolated(unsafe) private static var module = {
    var module = sqlite3_module()
    module.xConnect = { database, source, _, _, table, _ in
      let rows = Unmanaged<RowSource>.fromOpaque(source!).takeUnretainedValue()
      let columns = (0..<rows.width).map { "c\($0)" }.joined(separator: ",")
      let status = sqlite3_declare_vtab(database, "CREATE TABLE rows(\(columns))")
      guard status == SQLITE_OK else { return status }
      let made = UnsafeMutablePointer<csqlite_table>.allocate(capacity: 1)
      made.initialize(to: csqlite_table(base: sqlite3_vtab(), source: source))
      table!.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
      return SQLITE_OK
    }
    module.xDisconnect = { table in
      UnsafeMutableRawPointer(table!).assumingMemoryBound(to: csqlite_table.self).deallocate()
      return SQLITE_OK
    }
    module.xBestIndex = { _, _ in SQLITE_OK }
    module.xOpen = { _, cursor in
      let made = UnsafeMutablePointer<csqlite_cursor>.allocate(capacity: 1)
      made.initialize(to: csqlite_cursor())
      cursor!.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    module.xClose = { cursor in
      RowSource.place(cursor).deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, _, _, _, _ in
      let place = RowSource.place(cursor)
      let table = UnsafeMutableRawPointer(cursor!.pointee.pVtab).assumingMemoryBound(to: csqlite_table.self)
      let source = Unmanaged<RowSource>.fromOpaque(table.pointee.source).takeUnretainedValue()
      place.pointee.row = UnsafeRawPointer(source.rows.baseAddress)
      place.pointee.end = UnsafeRawPointer(source.rows.baseAddress.map { $0 + source.rows.count })
      place.pointee.stride = MemoryLayout<Value>.stride * source.width
      place.pointee.texts = source.texts
      return SQLITE_OK
    }
    module.xNext = { cursor in
      let place = RowSource.place(cursor)
      place.pointee.row += place.pointee.stride
      return SQLITE_OK
    }
    module.xEof = { cursor in
      let place = RowSource.place(cursor).pointee
      return place.row == place.end ? 1 : 0
    }
    module.xColumn = { cursor, result, column in
      let place = RowSource.place(cursor)
      let value = place.pointee.row.assumingMemoryBound(to: Value.self)[Int(column)]
      switch value.kind {
      case .null: break
      case .integer: sqlite3_result_int64(result, value.integer)
      case .text:
        let text = UnsafeRawPointer(place.pointee.texts + value.offset).assumingMemoryBound(to: CChar.self)
        sqlite3_result_text(result, text, value.count, nil)
      case .blob: sqlite3_result_blob(result, place.pointee.texts + value.offset, value.count, nil)
      }
      return SQLITE_OK
    }
    module.xRowid = { _, _ in SQLITE_ERROR }
    return module
  }()

  @inline(__always)
  private static func place(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<
    csqlite_cursor
  > {
    UnsafeMutableRawPointer(cursor!).assumingMemoryBound(to: csqlite_cursor.self)
  }
}
