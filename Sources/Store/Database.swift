import Bytes
import CSQLite

/// A connection to one SQLite file, used by one thread at a time.
package final class Database {
  package let path: String
  let handle: OpaquePointer

  package enum Access {
    case readOnly
    case readWrite
    /// Made if it is not there.
    case create
  }

  /// Done once, before the first connection.
  private static let isConfigured = csqlite_count_no_memory() == SQLITE_OK

  /// - Parameter path: a file, or `:memory:`.
  package init(path: String, access: Access) throws(StoreError) {
    _ = Database.isConfigured
    let flags: Int32 =
      switch access {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .unusable(path: path, reason: reason)
    }
    handle = opened
    self.path = path
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, 2000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that give no rows.
  package func execute(_ sql: String) throws(StoreError) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw failure(status, sql) }
  }

  package func prepare(_ sql: String) throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard status == SQLITE_OK, let statement else { throw failure(status, sql) }
    return Statement(statement, of: self)
  }

  /// The first column of the first row, as a number.
  package func integer(_ sql: String) throws(StoreError) -> Int64? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// Runs `body` in a transaction that is taken back if it throws.
  package func transaction<R>(_ body: () throws(StoreError) -> R) throws(StoreError) -> R {
    try transaction("BEGIN IMMEDIATE", body)
  }

  /// Lets `body` read one state of the file, and takes the file's lock once rather than for each statement.
  package func snapshot<R>(_ body: () throws(StoreError) -> R) throws(StoreError) -> R {
    try transaction("BEGIN", body)
  }

  private func transaction<R>(_ begin: String, _ body: () throws(StoreError) -> R) throws(StoreError) -> R {
    try execute(begin)
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Whether a statement is between two of its rows.
  var isBusy: Bool {
    var statement = sqlite3_next_stmt(handle, nil)
    while let next = statement {
      if sqlite3_stmt_busy(next) != 0 { return true }
      statement = sqlite3_next_stmt(handle, next)
    }
    return false
  }

  /// What a status of SQLite means for the user.
  func failure(_ status: Int32, _ sql: String) -> StoreError {
    failure(status, sql, reason: String(cString: sqlite3_errmsg(handle)))
  }

  func failure(_ status: Int32, _ sql: String, reason: String) -> StoreError {
    switch status & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy(path: path)
    case SQLITE_READONLY, SQLITE_PERM: return .readOnly(path: path)
    case SQLITE_FULL: return .full(path: path)
    case SQLITE_NOTADB: return .foreign(path: path)
    case SQLITE_CORRUPT: return .damaged(path: path, reason: reason)
    case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_AUTH: return .unusable(path: path, reason: reason)
    default: return .statement(sql: sql, reason: reason)
    }
  }
}
