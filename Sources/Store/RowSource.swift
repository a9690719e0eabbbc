import Bytes
import CSQLite

/// Rows in memory that a statement reads as a table, so that SQLite fetches each value where it needs it.
///
/// The table is eponymous: it is there by its name, and nothing in the file tells of it.
final class RowSource {
  typealias Value = csqlite_value

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

  /// Puts `rows` into the table; they and their texts stay where they are until a statement has read them.
  func show(_ rows: UnsafeBufferPointer<Value>, texts: UnsafePointer<UInt8>) { (self.rows, self.texts) = (rows, texts) }

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
      UnsafeMutableRawPointer(cursor!).assumingMemoryBound(to: csqlite_cursor.self).deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, _, _, _, _ in
      let place = UnsafeMutableRawPointer(cursor!).assumingMemoryBound(to: csqlite_cursor.self)
      let table = UnsafeMutableRawPointer(place.pointee.base.pVtab).assumingMemoryBound(to: csqlite_table.self)
      let source = Unmanaged<RowSource>.fromOpaque(table.pointee.source).takeUnretainedValue()
      place.pointee.row = source.rows.baseAddress
      place.pointee.end = source.rows.baseAddress.map { $0 + source.rows.count }
      place.pointee.width = source.width
      place.pointee.texts = source.texts.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
      return SQLITE_OK
    }
    module.xNext = csqlite_next
    module.xEof = csqlite_is_at_end
    module.xColumn = csqlite_column
    module.xRowid = { _, _ in SQLITE_ERROR }
    return module
  }()
}

extension RowSource.Value {
  static var null: Self { Self(integer: 0, count: 0, type: SQLITE_NULL) }

  init(_ integer: Int64) { self.init(integer: integer, count: 0, type: SQLITE_INTEGER) }

  init(text place: TextPlace) { self.init(SQLITE_TEXT, place) }

  init(blob place: TextPlace) { self.init(SQLITE_BLOB, place) }

  private init(_ type: Int32, _ place: TextPlace) {
    self.init(integer: Int64(place.offset), count: Int32(place.count), type: type)
  }
}
