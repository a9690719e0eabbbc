import Bytes
import CSQLite
import Glibc
import TestSupport
import Testing

@testable import Store

/// A value of a row: as much of it as our tables have.
private enum Value: Equatable {
  case null
  case integer(Int64)
  case text([UInt8])
  case blob([UInt8])

  /// As SQLite writes it.
  var literal: String {
    switch self {
    case .null: "NULL"
    case .integer(let number): String(number)
    case .text(let bytes): "'" + String(decoding: bytes.flatMap { $0 == 0x27 ? [$0, $0] : [$0] }, as: UTF8.self) + "'"
    case .blob(let bytes):
      "X'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined() + "'"
    }
  }

  static func random(longest: Int, using random: inout SplitMix64) -> Value {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: .null
    case 1: .integer(Int64.random(in: -2...2, using: &random))
    case 2: .integer(boundary(using: &random))
    case 3: .blob(bytes(upTo: 80, using: &random))
    case 4 where Int.random(in: 0..<20, using: &random) == 0: .text(bytes(upTo: longest, using: &random))
    default: .text(bytes(upTo: 70, using: &random))
    }
  }

  /// Near the numbers from which on more bytes are needed.
  private static func boundary(using random: inout SplitMix64) -> Int64 {
    let power = (Int64(1) << Int64.random(in: 1...63, using: &random)) &+ Int64.random(in: -2...1, using: &random)
    return Bool.random(using: &random) ? power : 0 &- power
  }

  private static func bytes(upTo most: Int, using random: inout SplitMix64) -> [UInt8] {
    (0..<Int.random(in: 0...most, using: &random)).map { _ in UInt8.random(in: 1...127, using: &random) }
  }
}

extension TreeRows {
  fileprivate func append(_ row: [Value]) throws(StoreError) {
    var texts: [UInt8] = []
    func place(_ bytes: [UInt8]) -> TextPlace {
      defer { texts += bytes }
      return TextPlace(offset: UInt32(texts.count), count: UInt32(bytes.count))
    }
    var values = row.map { value -> RowSource.Value in
      switch value {
      case .null: .null
      case .integer(let number): .init(number)
      case .text(let bytes): .init(text: place(bytes))
      case .blob(let bytes): .init(blob: place(bytes))
      }
    }
    let buffer = UnsafeMutableBufferPointer<RowSource.Value>.allocate(capacity: values.count)
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: values)
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, texts.count))
    defer { start.deallocate() }
    start.initialize(from: texts, count: texts.count)
    values = []
    try append(buffer, texts: start)
  }
}

@Suite("pages that are written past SQLite")
struct PagesTests {
  private let folder = StoreFolder()

  /// A new file with tables, and room for pages, in a transaction.
  private func open(_ pageSize: Int, _ tables: String) throws -> (database: Database, pages: PageSpace) {
    let path = "\(folder.path)/pages.sqlite"
    unlink(path)
    let database = try Database(path: path, access: .create)
    try database.execute("PRAGMA page_size = \(pageSize); PRAGMA journal_mode = OFF; BEGIN; \(tables)")
    return (database, try PageSpace(database))
  }

  private func faults(_ database: Database) throws -> [String] {
    try database.prepare("PRAGMA integrity_check").rows { $0.string(0) }
  }

  private func literal(_ row: [Value]) -> String { row.map(\.literal).joined(separator: ",") }

  /// The rows of a table as literals.
  private func rows(_ database: Database, _ columns: [String], of table: String) throws -> [String] {
    let literals = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
    return try database.prepare("SELECT \(literals) FROM \(table)").rows { $0.string(0) }
  }

  @Test(
    "tables and indices of any rows read back as they were, and SQLite goes on with them",
    arguments: [512, 1024, 16384, 65536], [0, 1, 2, 40, 3000])
  func anyRows(pageSize: Int, count: Int) throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let (database, pages) = try open(
      pageSize,
      """
      CREATE TABLE numbered (id INTEGER PRIMARY KEY, a, b, c, d DEFAULT 7);
      CREATE INDEX by_key ON numbered(id, d) WHERE a IS NULL;
      CREATE TABLE keyed (a INTEGER, b INTEGER, c, d, e DEFAULT 7, PRIMARY KEY (a, b)) WITHOUT ROWID;
      CREATE TABLE beside (a);
      """)
    let numbered = try TreeRows("numbered", .table, columns: 5, in: pages)
    let index = try TreeRows("by_key", .index, columns: 2, in: pages)
    let keyed = try TreeRows("keyed", .index, columns: 5, in: pages)
    let beside = try database.prepare("INSERT INTO beside VALUES (?)")
    var (expectedNumbered, expectedKeyed): ([String], [String]) = ([], [])
    var (id, key) = (Int64.random(in: -9...9, using: &random), Int64(-40))
    for number in 0..<count {
      let values = (0..<3).map { _ in Value.random(longest: 3 * pageSize, using: &random) }
      // Some rows leave out what they hold by default.
      let isShort = Bool.random(using: &random)
      try numbered.append([.integer(id)] + values + (isShort ? [] : [.integer(8)]))
      expectedNumbered.append(literal([.integer(id)] + values + [.integer(isShort ? 7 : 8)]))
      if values[0] == .null { try index.append([.integer(id), .integer(isShort ? 7 : 8), .integer(id)]) }
      key += Int64.random(in: 0...1, using: &random)
      let pair: [Value] = [.integer(key), .integer(Int64(number))]
      try keyed.append(pair + values[..<2] + (isShort ? [] : [.integer(8)]))
      expectedKeyed.append(literal(pair + values[..<2] + [.integer(isShort ? 7 : 8)]))
      id += Int64.random(in: 1...300, using: &random)
      // SQLite writes to the same file meanwhile.
      beside.bind(1, Int64(number))
      try beside.run()
    }
    try pages.close { () throws(StoreError) in for tree in [numbered, index, keyed] { try tree.finish() } }
    #expect(try faults(database) == ["ok"])
    #expect(try rows(database, ["id", "a", "b", "c", "d"], of: "numbered ORDER BY id") == expectedNumbered)
    #expect(try rows(database, ["a", "b", "c", "d", "e"], of: "keyed ORDER BY a, b") == expectedKeyed)
    #expect(try database.integer("SELECT count(*) FROM beside") == Int64(count))
    try database.execute(
      """
      DELETE FROM numbered WHERE id % 3 = 0;
      INSERT INTO numbered (a, b) SELECT NULL, hex(zeroblob(a % 900)) FROM beside;
      INSERT INTO keyed SELECT 100000, a, zeroblob(a % 900), 1, 2 FROM beside;
      DELETE FROM keyed WHERE a % 3 = 0;
      COMMIT
      """)
    #expect(try faults(database) == ["ok"])
  }

  @Test("rows that are nearly in order go into the tree, late ones and those of a known key beside it")
  func order() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let (database, pages) = try open(
      512,
      """
      CREATE TABLE fact (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e, PRIMARY KEY (a, b, c, d)) WITHOUT ROWID;
      CREATE TABLE late_fact AS SELECT * FROM fact;
      """)
    try RowWindow.$limit.withValue(16) {
      let rows = try TreeRows("fact", .index, columns: 5, late: "late_fact", in: pages)
      for number in 0..<2000 as Range<Int64> {
        // Up to six rows too early, none of them twice …
        let key = [number / 50, 0, number % 50 / 7, -(number % 7)].map { Value.integer($0) }
        try rows.append(key + [.integer(number)])
        // … but every hundredth again, at once or long after.
        if number % 100 == 0 { try rows.append(key + [.text(Array("again".utf8))]) }
        if number % 100 == 99 {
          let before = number - Int64.random(in: 60...90, using: &random)
          try rows.append(
            [before / 50, 0, before % 50 / 7, -(before % 7)].map { Value.integer($0) } + [.text(Array("late".utf8))])
        }
      }
      try pages.close { () throws(StoreError) in try rows.finish() }
    }
    #expect(try faults(database) == ["ok"])
    #expect(try database.integer("SELECT count(*) FROM fact") == 2000)
    #expect(try database.integer("SELECT count(*) FROM late_fact") == 40)
    #expect(
      try database.integer(
        "SELECT count(*) FROM late_fact AS l JOIN fact AS f USING (a, b, c, d) WHERE l.e IN ('late', 'again')") == 40)
  }

  @Test("the page of the locks, at one GiB, is never given out")
  func lockPage() throws {
    let (database, first) = try open(65536, "CREATE TABLE t (a)")
    let lockPage: UInt32 = 16385
    // The file is as if it had nearly that many pages.
    try database.execute("COMMIT")
    let file = Glibc.open(database.path, O_WRONLY)
    defer { close(file) }
    #expect(ftruncate(file, off_t(lockPage - 4) * 65536) == 0)
    var count = (lockPage - 4).bigEndian
    #expect(pwrite(file, &count, 4, 28) == 4)
    try database.execute("BEGIN")
    _ = first
    let pages = try PageSpace(database)
    var taken: [UInt32] = []
    for _ in 0..<6 { taken.append(try pages.take()) }
    #expect(taken == [lockPage - 3, lockPage - 2, lockPage - 1, lockPage + 1, lockPage + 2, lockPage + 3])
  }

  @Test("pages that nobody took are free for SQLite")
  func free() throws {
    let (database, pages) = try open(512, "CREATE TABLE t (a)")
    for _ in 0..<700 { _ = try pages.take() }
    try pages.close {}
    let free = try #require(try database.integer("PRAGMA freelist_count"))
    #expect(free > 100)
    let count = try database.integer("PRAGMA page_count")
    try database.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) INSERT INTO t SELECT zeroblob(400) FROM n"
    )
    #expect(try database.integer("PRAGMA page_count") == count)
    #expect(try #require(try database.integer("PRAGMA freelist_count")) < free)
  }
}
