import CSQLite
import Foundation
import Glibc
import Testing

@testable import Store

@Suite("stores that cannot be used")
struct StoreErrorTests {
  private let folder = StoreFolder()

  /// The name of the error's case.
  private func failure(_ body: () throws(StoreError) -> Void) -> String {
    do throws(StoreError) {
      try body()
      return "none"
    } catch {
      switch error {
      case .missing: return "missing"
      case .foreign: return "foreign"
      case .newer: return "newer"
      case .busy: return "busy"
      case .readOnly: return "readOnly"
      case .full: return "full"
      case .unusable: return "unusable"
      default: return error.description
      }
    }
  }

  private func make(_ name: String) throws -> String {
    let path = "\(folder.path)/\(name)"
    try Store.write(path) { (store) throws(StoreError) in try store.writer().finish(overlaps: []) }
    return path
  }

  @Test("a store that was made opens, has no hops and has the version")
  func migrations() throws {
    let path = try make("store.sqlite")
    let store = try Store.open(path)
    #expect(try store.database.integer("SELECT count(*) FROM hop") == 0)
    #expect(try store.database.integer("PRAGMA user_version") == Int64(Schema.version))
    #expect(try store.span() == nil)
  }

  @Test("a store whose writer was killed is read as it was before")
  func hotJournal() throws {
    let path = try make("store.sqlite")
    let writer = try Database(path: path, access: .readWrite)
    try writer.execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE")
    try writer.execute(
      """
      INSERT INTO host (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      SELECT 'host' || i FROM n
      """)
    // What a machine finds whose power failed now: pages of the run, and the journal that takes them back.
    let copy = "\(folder.path)/killed.sqlite"
    for end in ["", "-journal"] { try FileManager.default.copyItem(atPath: path + end, toPath: copy + end) }
    try writer.execute("ROLLBACK")
    let store = try Store.open(copy)
    #expect(try store.database.integer("SELECT count(*) FROM host") == 0)
  }

  @Test("a missing store is missing")
  func missing() {
    #expect(failure { () throws(StoreError) in _ = try Store.open("\(folder.path)/none") } == "missing")
  }

  @Test("another program's database and a text are foreign, and stay as they were")
  func foreign() throws {
    let other = "\(folder.path)/other.sqlite"
    try Database(path: other, access: .create).execute("CREATE TABLE t (x)")
    let text = folder.write(
      "notes.txt",
      "This is no database at all, but long enough to have a header of one hundred bytes or even more of them.")
    for path in [other, text] {
      #expect(failure { () throws(StoreError) in _ = try Store.open(path) } == "foreign")
      #expect(failure { () throws(StoreError) in try Store.write(path) { _ in } } == "foreign")
    }
    #expect(try Database(path: other, access: .readOnly).integer("SELECT count(*) FROM sqlite_schema") == 1)
  }

  @Test("a store of a newer version is newer")
  func newer() throws {
    let path = try make("store.sqlite")
    try Database(path: path, access: .readWrite).execute("PRAGMA user_version = 9999")
    #expect(failure { () throws(StoreError) in _ = try Store.open(path) } == "newer")
    #expect(failure { () throws(StoreError) in try Store.write(path) { _ in } } == "newer")
  }

  @Test("a store that another writer holds is busy")
  func busy() throws {
    let path = try make("store.sqlite")
    let other = try Database(path: path, access: .readWrite)
    try other.execute("BEGIN IMMEDIATE")
    #expect(failure { () throws(StoreError) in try Store.write(path) { _ in } } == "busy")
  }

  @Test("a body that throws leaves nothing behind")
  func rollback() throws {
    let path = "\(folder.path)/store.sqlite"
    #expect(
      failure { () throws(StoreError) in try Store.write(path) { (_) throws(StoreError) in throw .full(path: path) } }
        == "full")
    #expect(folder.names == [])
    _ = try make("store.sqlite")
    let failed = failure { () throws(StoreError) in
      try Store.write(path) { (store) throws(StoreError) in
        try store.database.execute("INSERT INTO host (id, name) VALUES (1, 'mx1')")
        throw .full(path: path)
      }
    }
    #expect(failed == "full")
    #expect(try Store.open(path).database.integer("SELECT count(*) FROM host") == 0)
  }

  @Test("a folder that is not there, and a folder in the place of the store, are unusable")
  func unusable() {
    #expect(
      failure { () throws(StoreError) in try Store.write("\(folder.path)/none/store.sqlite") { _ in } } == "unusable")
    #expect(["unusable", "foreign"].contains(failure { () throws(StoreError) in _ = try Store.open(folder.path) }))
  }

  @Test("a read-only store is read but not written", .enabled(if: geteuid() != 0, "the superuser may write everything"))
  func readOnly() throws {
    let path = try make("store.sqlite")
    chmod(path, 0o400)
    #expect(failure { () throws(StoreError) in _ = try Store.open(path) } == "none")
    #expect(["readOnly", "unusable"].contains(failure { () throws(StoreError) in try Store.write(path) { _ in } }))
  }
}
