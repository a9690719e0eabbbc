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

  /// As `PagesTests.rows` has it written.
  var literal: String {
    switch self {
    case .null: "NULL"
    case .integer(let number): String(number)
    case .text(let bytes): "text " + Value.hexadecimal(bytes)
    case .blob(let bytes): "blob " + Value.hexadecimal(bytes)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
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

  /// What indices are of; texts have all bytes.
  static func randomKey(using random: inout SplitMix64) -> Value {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: .null
    case 1: .integer(Int64.random(in: -3...3, using: &random))
    case 2: .integer(boundary(using: &random))
    default: .text(bytes(upTo: [2, 6, 12, 900].randomElement(using: &random)!, using: &random))
    }
  }

  /// Near the numbers from which on more bytes are needed.
  private static func boundary(using random: inout SplitMix64) -> Int64 {
    let power = (Int64(1) << Int64.random(in: 1...63, using: &random)) &+ Int64.random(in: -2...1, using: &random)
    return Bool.random(using: &random) ? power : 0 &- power
  }

  private static func bytes(upTo most: Int, using random: inout SplitMix64) -> [UInt8] {
    (0..<Int.random(in: 0...most, using: &random)).map { _ in
      // Those that have to be told apart from a text's end come often.
      Bool.random(using: &random)
        ? UInt8.random(in: 0...255, using: &random) : [0, 1, 254, 255].randomElement(using: &random)!
    }
  }
}

extension TreeRows {
  fileprivate func append(_ row: [Value], of width: Int) throws(StoreError) {
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
    values += repeatElement(.null, count: width - values.count)
    let buffer = UnsafeMutableBufferPointer<RowSource.Value>.allocate(capacity: width)
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: values)
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, texts.count))
    defer { start.deallocate() }
    start.initialize(from: texts, count: texts.count)
    try append(buffer.baseAddress!, filled: row.count, texts: start)
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
    let literals = columns.map { column in
      "CASE typeof(\(column)) WHEN 'text' THEN 'text ' || hex(\(column)) WHEN 'blob' THEN 'blob ' || hex(\(column)) ELSE quote(\(column)) END"
    }.joined(separator: " || ',' || ")
    return try database.prepare("SELECT \(literals) FROM \(table)").rows { $0.string(0) }
  }

  @Test(
    "tables and indices of any rows read back as they were, and SQLite goes on with them",
    arguments: [512, 1024, 16384, 65536], [0, 1, 2, 40, 3000])
  func anyRows(pageSize: Int, count: Int) throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let indices = [
      Index("all_of_a", on: "numbered", ["a", "d"]),
      Index("some_of_b", on: "numbered", ["b"], where: .isPresent("a")),
      Index("early", on: "numbered", ["d", "id"], where: .isPositive("id")),
      Index("same", on: "numbered", ["a"], where: .areEqual("e", "id")),
      Index("by_c", on: "keyed", ["c", "b"]),
    ]
    let (database, pages) = try open(
      pageSize,
      """
      CREATE TABLE numbered (id INTEGER PRIMARY KEY, e INTEGER, a, b, c, d DEFAULT 7);
      CREATE TABLE keyed (a INTEGER, b INTEGER, c, d, e DEFAULT 7, PRIMARY KEY (a, b)) WITHOUT ROWID;
      CREATE TABLE beside (a);
      \(indices.sql)
      """)
    let beside = try database.prepare("INSERT INTO beside VALUES (?)")
    var (expectedNumbered, expectedKeyed): ([String], [String]) = ([], [])
    // Indices are sorted in memory, in runs, and in runs of runs.
    try EntrySorter.$limit.withValue([1 << 20, 4096, 256].randomElement(using: &random)!) {
      let numbered = try TreeRows(
        "numbered", columns: ["id", "e", "a", "b", "c", .init("d", standard: 7)],
        indices: indices.filter { $0.table == "numbered" },
        in: pages)
      let keyed = try TreeRows(
        "keyed", columns: ["a", "b", "c", "d", .init("e", standard: 7)], key: 2,
        indices: indices.filter { $0.table == "keyed" }, in: pages)
      var (id, key) = (Int64.random(in: -9...9, using: &random), Int64(-40))
      for number in 0..<count {
        let indexed = (0..<2).map { _ in Value.randomKey(using: &random) }
        let other = Value.random(longest: 3 * pageSize, using: &random)
        // Some rows leave out what they hold by default.
        let last: [Value] = Bool.random(using: &random) ? [] : [.integer(8)]
        let e = Value.integer(Bool.random(using: &random) ? id : 0)
        try numbered.append([.integer(id), e] + indexed + [other, .integer(last.isEmpty ? 7 : 8)], of: 6)
        expectedNumbered.append(literal([.integer(id), e] + indexed + [other, .integer(last.isEmpty ? 7 : 8)]))
        key += Int64.random(in: 0...1, using: &random)
        let pair: [Value] = [.integer(key), .integer(Int64(number))]
        try keyed.append(pair + indexed[..<1] + [other] + last, of: 5)
        expectedKeyed.append(literal(pair + indexed[..<1] + [other, .integer(last.isEmpty ? 7 : 8)]))
        id += Int64.random(in: 1...300, using: &random)
        // SQLite writes to the same file meanwhile.
        beside.bind(1, Int64(number))
        try beside.run()
      }
      try pages.close { () throws(StoreError) in for rows in [numbered, keyed] { try rows.finish() } }
    }
    // Among others that each row has its entries, and that these are in order.
    #expect(try faults(database) == ["ok"])
    #expect(try rows(database, ["id", "e", "a", "b", "c", "d"], of: "numbered ORDER BY +id") == expectedNumbered)
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
    let index = Index("by_e", on: "fact", ["e"], where: .isPresent("e"))
    let (database, pages) = try open(
      512,
      """
      CREATE TABLE fact (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e, f, PRIMARY KEY (a, b, c, d)) WITHOUT ROWID;
      \(index.sql)
      """)
    let again = Value.text(Array("again".utf8))
    var late = 0
    try RowWindow.$limit.withValue((rows: 16, bytes: 1 << 20)) {
      let rows = try TreeRows(
        "fact", columns: ["a", "b", "c", "d", "e", "f"], key: 4, indices: [index],
        late: { (row, texts) throws(StoreError) in
          late += 1
          let text = Bytes(start: texts + Int(row[4].integer), count: Int(row[4].count))
          #expect(row.count == 6 && row[4].type == SQLITE_TEXT && text == "again" && row[5].type == SQLITE_NULL)
        }, in: pages)
      func key(_ number: Int64) -> [Value] { [number / 50, 0, number % 50 / 7, -(number % 7)].map { .integer($0) } }
      for number in 0..<2000 as Range<Int64> {
        // Up to six rows too early, none of them twice …
        try rows.append(key(number) + [.randomKey(using: &random), .integer(number)], of: 6)
        // … but every hundredth again, at once or long after.
        if number % 100 == 0 { try rows.append(key(number) + [again], of: 6) }
        if number % 100 == 99 {
          try rows.append(key(number - Int64.random(in: 60...90, using: &random)) + [again], of: 6)
        }
      }
      try rows.flush()
      try pages.close { () throws(StoreError) in try rows.finish() }
    }
    #expect(try faults(database) == ["ok"])
    #expect(try database.integer("SELECT count(*) FROM fact WHERE e IS NOT 'again'") == 2000)
    #expect(late == 40)
  }

  @Test("rows that wait have a bound in bytes, too")
  func longRows() throws {
    var window = RowWindow.$limit.withValue((rows: 4096, bytes: 1000)) { RowWindow() }
    var written: [Int] = []
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 5000)
    defer { memory.deallocate() }
    memory.initialize(repeating: 7, count: 5000)
    for number in 0..<20 {
      let row: [RowSource.Value] = [.init(Int64(number)), .init(0), .init(0), .init(0)]
      let key = row.withUnsafeBufferPointer { RowWindow.Key($0) }
      try window.add(Bytes(start: memory, count: number % 7 == 3 ? 5000 : 300), key: key) { record, isLate in
        #expect(!isLate)
        written.append(record.count)
      }
      #expect(number + 1 - written.count <= 4, "after row \(number)")
    }
    try window.finish { record, _ in written.append(record.count) }
    #expect(written == (0..<20).map { $0 % 7 == 3 ? 5000 : 300 })
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
    // More than one page of the list of free ones names.
    for page in try (0..<700).map({ _ in try pages.take() }).prefix(300) { pages.giveBack(page) }
    try pages.close {}
    #expect(try faults(database).allSatisfy { $0 == "ok" || $0.contains("never used") })
    let free = try #require(try database.integer("PRAGMA freelist_count"))
    #expect(free >= 300)
    let count = try database.integer("PRAGMA page_count")
    try database.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) INSERT INTO t SELECT zeroblob(400) FROM n"
    )
    #expect(try database.integer("PRAGMA page_count") == count)
    #expect(try #require(try database.integer("PRAGMA freelist_count")) < free)
  }
}
