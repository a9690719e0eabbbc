import CSQLite

/// Pages at the end of a store's file for whoever writes them past SQLite.
///
/// SQLite is told, between two of its transactions, that the file has grown, just as another process would tell it: by the
/// header (https://www.sqlite.org/fileformat2.html#the_database_header). It never looks into a page that no table of its own
/// leads to. Only for a file that nobody else has open yet, and in which a crash may leave anything.
final class PageSpace {
  private let database: Database
  private let file: UnsafeMutablePointer<sqlite3_file>
  /// Bytes of a page.
  let pageSize: Int
  /// Pages that the file has for us, and that are not taken.
  private var untaken: Range<UInt32> = 0..<0
  /// Pages that were taken and are not needed any more.
  private var spare: [UInt32] = []
  private var isInTransaction = true

  /// - Parameter database: a file with a transaction that is open, and which is ended and begun anew now and then. No statement
  ///   may be between two of its rows when pages are taken or the space is closed.
  init(_ database: Database) throws(StoreError) {
    self.database = database
    var file: UnsafeMutablePointer<sqlite3_file>?
    let status = sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
    guard status == SQLITE_OK, let file, file.pointee.pMethods != nil else {
      throw .unusable(path: database.path, reason: "it is no file")
    }
    self.file = file
    pageSize = Int(try database.integer("PRAGMA page_size") ?? 0)
    // Other files have pages, or ends of pages, that are not ours to fill.
    let vacuum = try database.integer("PRAGMA auto_vacuum")
    var reserved: Int32 = -1
    sqlite3_file_control(database.handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved)
    precondition(vacuum == 0 && reserved == 0, "a file without pointer maps and reserved bytes")
  }

  /// Where the table, or index, of a name has its root.
  func root(of name: String) throws(StoreError) -> UInt32 {
    let select = try database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?")
    select.bind(1, text: name)
    guard try select.step() else { throw .damaged(path: database.path, reason: "it lacks \(name)") }
    return UInt32(select.integer(0))
  }

  /// The names of the indices of a table.
  func indices(of table: String) throws(StoreError) -> Set<String> {
    let select = try database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
    select.bind(1, text: table)
    return Set(try select.rows { $0.string(0) })
  }

  /// The number of a page that is the caller's from now on, counted from 1.
  func take() throws(StoreError) -> UInt32 {
    if let page = spare.popLast() { return page }
    while true {
      if untaken.isEmpty { try reserve() }
      let page = untaken.lowerBound
      untaken = page + 1..<untaken.upperBound
      if page != lockPage { return page }
    }
  }

  /// Takes back a page that nothing leads to.
  func giveBack(_ page: UInt32) { spare.append(page) }

  func read(_ bytes: UnsafeMutableRawBufferPointer, from page: UInt32) throws(StoreError) {
    let offset = Int64(page - 1) * Int64(pageSize)
    try check(file.pointee.pMethods.pointee.xRead(file, bytes.baseAddress, Int32(bytes.count), offset))
  }

  func write(_ bytes: UnsafeRawBufferPointer, to page: UInt32) throws(StoreError) {
    let offset = Int64(page - 1) * Int64(pageSize)
    try check(file.pointee.pMethods.pointee.xWrite(file, bytes.baseAddress, Int32(bytes.count), offset))
  }

  /// Writes a page that begins with these numbers.
  private func write(_ numbers: [UInt32], to page: UInt32) throws(StoreError) {
    let buffer = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: pageSize / 4)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: 0)
    for (place, number) in numbers.enumerated() { buffer[place] = number.bigEndian }
    try write(UnsafeRawBufferPointer(buffer), to: page)
  }

  /// Lets `body` write what SQLite is to find, such as roots, and gives back what was not taken.
  func close(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    try betweenTransactions { () throws(StoreError) in
      try body()
      try free()
    }
  }

  // MARK: The header

  /// The page that is for locks, and never used.
  private var lockPage: UInt32 { UInt32(0x4000_0000 / pageSize) + 1 }

  private func reserve() throws(StoreError) {
    try betweenTransactions { () throws(StoreError) in
      let count = try number(at: Place.pageCount)
      let more = min(max(count / 16, Limits.leastPagesAtOnce), Limits.mostPagesAtOnce)
      let (last, isTooMany) = count.addingReportingOverflow(more)
      guard !isTooMany else { throw .full(path: database.path) }
      try write([], to: last)
      try set(last, at: Place.pageCount)
      try countChange()
      untaken = count + 1..<last + 1
    }
  }

  /// Puts the pages that are left on the list of free ones: a trunk page that names the others.
  private func free() throws(StoreError) {
    var rest = spare + untaken.filter { $0 != lockPage }
    (untaken, spare) = (0..<0, [])
    let mostLeaves = pageSize / 4 - 8
    while let trunk = rest.popLast() {
      let leaves = rest.suffix(mostLeaves)
      rest.removeLast(leaves.count)
      try write([try number(at: Place.firstFree), UInt32(leaves.count)] + leaves, to: trunk)
      try set(trunk, at: Place.firstFree)
      try set(try number(at: Place.freeCount) + UInt32(leaves.count) + 1, at: Place.freeCount)
    }
    try countChange()
  }

  /// By its count SQLite knows that it has to read again what it read before.
  private func countChange() throws(StoreError) {
    let changes = try number(at: Place.changes) &+ 1
    try set(changes, at: Place.changes)
    try set(changes, at: Place.changesOfPageCount)
  }

  /// Offsets of numbers in the header.
  private enum Place {
    static let changes: Int64 = 24
    static let pageCount: Int64 = 28
    static let firstFree: Int64 = 32
    static let freeCount: Int64 = 36
    static let changesOfPageCount: Int64 = 92
  }

  private func betweenTransactions(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    guard isInTransaction else { return try body() }
    precondition(!database.isBusy, "a statement would go on reading what is changed")
    try database.execute("COMMIT")
    isInTransaction = false
    try body()
    try database.execute("BEGIN")
    isInTransaction = true
  }

  // MARK: Through SQLite's own handle, since closing another one would drop its locks

  private func number(at offset: Int64) throws(StoreError) -> UInt32 {
    var number: UInt32 = 0
    try check(file.pointee.pMethods.pointee.xRead(file, &number, 4, offset))
    return UInt32(bigEndian: number)
  }

  private func set(_ number: UInt32, at offset: Int64) throws(StoreError) {
    var number = number.bigEndian
    try check(file.pointee.pMethods.pointee.xWrite(file, &number, 4, offset))
  }

  private func check(_ status: Int32) throws(StoreError) {
    guard status == SQLITE_OK else {
      throw database.failure(status, "a page", reason: String(cString: sqlite3_errstr(status)))
    }
  }
}
