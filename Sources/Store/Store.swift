// Store: the SQLite file: schema, migrations, merging facts, reading by key, named queries.
// It knows no log format and no report.

import CSQLite
package import Correlation
import Glibc

/// A store that is open.
package final class Store {
  package let path: String
  package let database: Database
  /// The names that have been read or written through this store.
  package let lexicon: Lexicon
  let dictionaries: Dictionaries
  private let isFresh: Bool
  /// Where rows go in a file that is new.
  private let pages: PageSpace?

  private init(
    _ database: Database, path: String, isFresh: Bool, pages: PageSpace? = nil, names: Int = Correlation.Limits.names
  ) throws(StoreError) {
    self.database = database
    self.path = path
    self.isFresh = isFresh
    self.pages = pages
    lexicon = Lexicon(limit: names)
    dictionaries = try Dictionaries(database: database, lexicon: lexicon, isFresh: isFresh, pages: pages)
  }

  /// Opens a store for reading.
  package static func open(_ path: String) throws(StoreError) -> Store {
    guard access(path, F_OK) == 0 else { throw .missing(path: path) }
    // A store of an older version is migrated, which needs writing; one of this version may be read-only.
    let database = try Database(path: path, access: .readOnly)
    if try version(of: database) < Schema.version {
      let writable = try Database(path: path, access: .readWrite)
      try writable.transaction { () throws(StoreError) in try Schema.migrate(writable) }
    }
    // Names are looked up by row from end to end of their tables; SQLite's own 2 MB would read each page many times.
    try database.execute("PRAGMA cache_size = -16384")
    return try Store(
      database, path: path, isFresh: false, names: Correlation.Limits.names * Limits.timesNamesOfReader)
  }

  /// A run that was killed while it wrote left its journal, which only who may write can play back.
  private static func version(of database: Database) throws(StoreError) -> Int {
    do {
      return try Schema.check(database)
    } catch .readOnly {
      return try Schema.check(try Database(path: database.path, access: .readWrite))
    }
  }

  /// Gives `body` a store to write, all or nothing: the file at `path`, made if it is not there.
  ///
  /// A new store is built beside its place without a journal and put there when it is complete, so that a crash leaves none.
  /// - Parameter isWorthKeeping: whether a new store is put there at all, by what `body` did.
  package static func write<R>(
    _ path: String, isWorthKeeping: (R) -> Bool = { _ in true }, _ body: (Store) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    if access(path, F_OK) == 0 {
      let database = try Database(path: path, access: .readWrite)
      let version = try Schema.check(database)
      try database.execute("PRAGMA cache_size = -32768")
      return try database.transaction { () throws(StoreError) in
        if version < Schema.version { try Schema.migrate(database) }
        let isFresh = try database.integer("SELECT 1 FROM host LIMIT 1") == nil
        return try body(try Store(database, path: path, isFresh: isFresh))
      }
    }
    return try create(path, isWorthKeeping, body)
  }

  private static func create<R>(
    _ path: String, _ isWorthKeeping: (R) -> Bool, _ body: (Store) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    let partial = path + ".partial-\(getpid())"
    removePartials(of: path)
    defer {
      unlink(partial)
      unlink(partial + "-journal")
    }
    let result: R
    do {
      let database = try Database(path: partial, access: .create)
      result = try build(database, path: path, isFile: true, body)
    } catch {
      throw error.named(path)
    }
    guard isWorthKeeping(result) else { return result }
    guard syncFile(partial), link(partial, path) == 0 else {
      let reason = String(cString: strerror(errno))
      throw errno == EEXIST ? .busy(path: path) : .unusable(path: path, reason: reason)
    }
    return result
  }

  /// A store in a temporary file of SQLite's own, which is gone when it is closed.
  package static func temporary<R>(_ body: (Store) throws(StoreError) -> R) throws(StoreError) -> (
    store: Store, result: R
  ) {
    let database = try Database(path: "", access: .create)
    var store: Store?
    let result = try build(database, path: "temporary store", isFile: false) { (opened) throws(StoreError) in
      store = opened
      return try body(opened)
    }
    return (store!, result)
  }

  private static func build<R>(
    _ database: Database, path: String, isFile: Bool, _ body: (Store) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    try database.execute(
      """
      PRAGMA page_size = 16384;
      PRAGMA auto_vacuum = NONE;
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -32768;
      BEGIN
      """)
    try Schema.migrate(database)
    if isFile { try database.execute(Schema.indices.sql) }
    let store = try Store(database, path: path, isFresh: true, pages: isFile ? PageSpace(database) : nil)
    let result = try body(store)
    try database.execute("COMMIT")
    return result
  }

  /// Leftovers of runs that were killed.
  private static func removePartials(of path: String) {
    let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let handle = opendir(folder.isEmpty ? "/" : folder) else { return }
    defer { closedir(handle) }
    while let entry = readdir(handle) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard found.hasPrefix(name + ".partial-"), let pid = Int32(found.dropFirst(name.count + 9)) else { continue }
      if kill(pid, 0) != 0 && errno == ESRCH { unlink(folder + "/" + found) }
    }
  }

  private static func syncFile(_ path: String) -> Bool {
    let descriptor = Glibc.open(path, O_RDONLY)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  /// The bulk writer for one run.
  package func writer() throws(StoreError) -> StoreWriter {
    try StoreWriter(database, dictionaries: dictionaries, isFresh: isFresh, pages: pages)
  }
}

extension Schema {
  /// The version of a store; throws if it is none of ours, or of the future.
  static func check(_ database: Database) throws(StoreError) -> Int {
    let application = try database.integer("PRAGMA application_id") ?? 0
    let version = Int(try database.integer("PRAGMA user_version") ?? 0)
    guard application == applicationID else { throw .foreign(path: database.path) }
    guard version <= Schema.version else {
      throw .newer(path: database.path, version: version, known: Schema.version)
    }
    return version
  }

  static func migrate(_ database: Database) throws(StoreError) {
    let version = Int(try database.integer("PRAGMA user_version") ?? 0)
    for migration in migrations[version...] { try database.execute(migration) }
    try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(Schema.version)")
  }
}

extension StoreError {
  /// The same error, about the store rather than the file that was to become it.
  func named(_ path: String) -> StoreError {
    switch self {
    case .busy: .busy(path: path)
    case .readOnly: .readOnly(path: path)
    case .full: .full(path: path)
    case .unusable(_, let reason): .unusable(path: path, reason: reason)
    case .damaged(_, let reason): .damaged(path: path, reason: reason)
    default: self
    }
  }
}
