import Bytes
import Correlation

/// The rows of one table of names: from a name's number in this run to its row, and back.
final class Dictionary {
  private let table: String
  private let names: NameTable
  private let database: Database
  private let rowsToAdd: RowBatch
  private let select: Statement
  private let selectNames: Statement
  /// How often a name had to be looked up by its row.
  private var misses = 0
  private let bindKey: (Statement, Bytes) -> Void
  private let addKey: (RowBatch, Bytes) throws(StoreError) -> Void
  private let readKey: (Statement, (Bytes) -> NameID) -> NameID
  /// Whether a name's row is its number: in a table that was empty when the run began, as long as no name is forgotten.
  private var isFresh: Bool
  /// Which names are to be in such a table, and which are: they are written in the order of their numbers.
  private var isWanted: [UInt64] = []
  private var isWritten: [UInt64] = []
  private let pages: PageSpace?
  /// In all others the row of each name, 0 where it is not known yet.
  private var rows = NumberTable<Int64>()
  /// The rows of names that the run has written and forgotten, in a table that had none before; it may have no index yet.
  private var forgotten: RowIndex?
  private var nextRow: Int64
  /// The numbers of the names in the rows.
  private var ids = NumberTable<NameID>()

  /// - Parameters:
  ///   - columns: the columns that make up a name, in the order in which `bindKey` binds them from 1.
  ///   - isFresh: the table was empty when the run began, so a name that this run has not met is not in it.
  ///   - pages: where the first rows of a new store go.
  init(
    _ table: String, columns: [String], names: NameTable, database: Database, isFresh: Bool, pages: PageSpace?,
    bindKey: @escaping (Statement, Bytes) -> Void,
    addKey: @escaping (RowBatch, Bytes) throws(StoreError) -> Void,
    readKey: @escaping (Statement, (Bytes) -> NameID) -> NameID
  ) throws(StoreError) {
    (self.table, self.names, self.database) = (table, names, database)
    self.bindKey = bindKey
    self.addKey = addKey
    self.readKey = readKey
    self.pages = pages
    rowsToAdd = try RowBatch(
      database, table: table, columns: (["id"] + columns).map { .init($0, standard: nil) }, pages: pages)
    let key = columns.filter { $0 != "domain" }
    select = try database.prepare(
      "SELECT id FROM \(table) WHERE " + key.map { "\($0) = ?" }.joined(separator: " AND "))
    selectNames = try database.prepare(
      "SELECT id, \(key.joined(separator: ", ")) FROM \(table) WHERE id BETWEEN ? AND ?")
    nextRow = (try database.integer("SELECT max(id) FROM \(table)") ?? 0) + 1
    self.isFresh = isFresh
  }

  /// The row of a name, made if it is new; nil for no name.
  func row(_ id: NameID) throws(StoreError) -> Int64? {
    if id == 0 { return nil }
    return isFresh ? freshRow(id) : try knownRow(id)
  }

  private func freshRow(_ id: NameID) -> Int64 {
    let word = Int(id >> 6)
    if word >= isWanted.count { isWanted.append(contentsOf: repeatElement(0, count: word + 64 - isWanted.count)) }
    isWanted[word] |= 1 << UInt64(id & 63)
    return Int64(id)
  }

  private func knownRow(_ id: NameID) throws(StoreError) -> Int64 {
    if let row = rows[Int(id)], row != 0 { return row }
    let row: Int64
    if let found = try find(id) {
      row = found
    } else {
      row = nextRow
      try add(names[id], row: row)
      nextRow += 1
    }
    rows.update(Int(id)) { $0 = row }
    return row
  }

  /// The row of a name that may not be in the store.
  private func find(_ id: NameID) throws(StoreError) -> Int64? {
    if let forgotten { return forgotten.row(names[id]) }
    defer { select.reset() }
    bindKey(select, names[id])
    return try select.step() ? select.integer(0) : nil
  }

  /// The number of the name that stands in `row`; 0 for row 0.
  func name(ofRow row: Int64) throws(StoreError) -> NameID {
    guard row > 0, row <= Limits.rowsOfNames else { return 0 }
    if isFresh { return row <= names.count ? NameID(row) : 0 }
    let place = Int(row)
    if let id = ids[place], id != 0 { return id }
    misses += 1
    // Whoever asks for many will ask for the neighbours, too: names of one time stand together.
    let block = misses > Limits.namesLookedUpSingly ? Limits.namesLookedUpTogether : 1
    try look(from: row / block * block, to: row / block * block + block - 1)
    return ids[place] ?? 0
  }

  private func look(from first: Int64, to last: Int64) throws(StoreError) {
    selectNames.bind(1, first)
    selectNames.bind(2, last)
    defer { selectNames.reset() }
    while try selectNames.step() {
      let place = Int(selectNames.integer(0))
      let id = readKey(selectNames, names.intern)
      ids.update(place) { $0 = id }
      rows.update(Int(id)) { $0 = Int64(place) }
    }
  }

  /// Names got other numbers, and most of them none at all.
  func renew(_ renewal: Renewal) throws(StoreError) {
    // An index knows only of rows that are written.
    try write(renewal.oldName)
    if isFresh { forgotten = RowIndex() }
    var known = NumberTable<Int64>()
    for id in renewal.oldNumbers {
      let row = writtenRow(id)
      let number = renewal.survivor(id)
      if row != 0 && number != 0 { known.update(Int(number)) { $0 = row } }
      if row != 0 && number == 0 { forgotten?.insert(row, of: renewal.oldName(id)) }
    }
    if isFresh { nextRow = Int64(renewal.oldNumbers.upperBound) }
    (isFresh, isWanted, isWritten) = (false, [], [])
    rows = known
    for place in 0..<ids.count { ids.update(place) { if $0 != 0 { $0 = renewal.survivor($0) } } }
    guard let forgotten, forgotten.count > RowIndex.limit else { return }
    if rowsToAdd.hasTree { try pages!.close { () throws(StoreError) in try endTree() } }
    try database.execute(Schema.nameIndices[table]!.sql)
    self.forgotten = nil
  }

  /// The row of a name as far as this run knows it; 0 if it does not.
  private func writtenRow(_ id: NameID) -> Int64 {
    if !isFresh { return rows[Int(id)] ?? 0 }
    let word = Int(id >> 6)
    return word < isWritten.count && isWritten[word] & 1 << UInt64(id & 63) != 0 ? Int64(id) : 0
  }

  private func add(_ name: Bytes, row: Int64) throws(StoreError) {
    rowsToAdd.add(row)
    try addKey(rowsToAdd, name)
    try rowsToAdd.endRow()
  }

  /// Writes the rows that wait.
  func flush() throws(StoreError) { try write { names[$0] } }

  private func write(_ name: (NameID) -> Bytes) throws(StoreError) {
    isWritten.append(contentsOf: repeatElement(0, count: isWanted.count - isWritten.count))
    for word in isWanted.indices {
      var rest = isWanted[word] & ~isWritten[word]
      isWritten[word] = isWanted[word]
      while rest != 0 {
        let id = word << 6 + rest.trailingZeroBitCount
        try add(name(NameID(id)), row: Int64(id))
        rest &= rest - 1
      }
    }
    try rowsToAdd.flush()
  }

  /// Ends what is written past SQLite. Within `PageSpace.close` only.
  func endTree() throws(StoreError) { try rowsToAdd.endTree() }
}

/// All tables of names.
///
/// Copies share their tables.
struct Dictionaries {
  let lexicon: Lexicon
  let hosts: Dictionary
  let addresses: Dictionary
  let clients: Dictionary
  let relays: Dictionary
  let words: Dictionary
  private let domains: Dictionary
  private let domainNames = NameTable(limit: Correlation.Limits.names)

  init(database: Database, lexicon: Lexicon, isFresh: Bool, pages: PageSpace? = nil) throws(StoreError) {
    self.lexicon = lexicon
    let single: (Statement, (Bytes) -> NameID) -> NameID = { $1($0.bytes(1)) }
    let one: (Statement, Bytes) -> Void = { $0.bind(1, keptText: $1) }
    let add: (RowBatch, Bytes) -> Void = { $0.add(text: $1) }
    let domainNames = domainNames
    let domains = try Dictionary(
      "domain", columns: ["name"], names: domainNames, database: database, isFresh: isFresh, pages: pages, bindKey: one,
      addKey: add, readKey: single)
    self.domains = domains
    hosts = try Dictionary(
      "host", columns: ["name"], names: lexicon.hosts, database: database, isFresh: isFresh, pages: pages, bindKey: one,
      addKey: add, readKey: single)
    words = try Dictionary(
      "word", columns: ["text"], names: lexicon.words, database: database, isFresh: isFresh, pages: pages, bindKey: one,
      addKey: add, readKey: single)
    addresses = try Dictionary(
      "address", columns: ["address", "domain"], names: lexicon.addresses, database: database, isFresh: isFresh,
      pages: pages, bindKey: one,
      addKey: { (rows, address) throws(StoreError) in
        rows.add(text: address)
        rows.add(try domains.row(Dictionaries.domain(of: address, names: domainNames)))
      }, readKey: single)
    clients = try Dictionary(
      "client", columns: ["name", "address"], names: lexicon.clients, database: database, isFresh: isFresh,
      pages: pages,
      bindKey: { statement, client in
        let peer = Peer(client)
        statement.bind(1, keptText: peer.name ?? .empty)
        statement.bind(2, keptText: peer.address ?? .empty)
      },
      addKey: { rows, client in
        let peer = Peer(client)
        rows.add(text: peer.name ?? .empty)
        rows.add(text: peer.address ?? .empty)
      },
      readKey: { [lexicon] statement, _ in lexicon.client(name: statement.bytes(1), address: statement.bytes(2)) })
    relays = try Dictionary(
      "relay", columns: ["name", "address", "port"], names: lexicon.relays, database: database, isFresh: isFresh,
      pages: pages,
      bindKey: { statement, relay in
        let peer = Peer(relay)
        statement.bind(1, keptText: peer.name ?? .empty)
        statement.bind(2, keptText: peer.address ?? .empty)
        statement.bind(3, peer.port ?? 0)
      },
      addKey: { rows, relay in
        let peer = Peer(relay)
        rows.add(text: peer.name ?? .empty)
        rows.add(text: peer.address ?? .empty)
        rows.add(peer.port ?? 0)
      },
      readKey: { [lexicon] statement, _ in
        lexicon.relay(name: statement.bytes(1), address: statement.bytes(2), port: statement.integer(3))
      })
  }

  /// Names got other numbers, and most of them none at all.
  func renew(_ renewal: LexiconRenewal) throws(StoreError) {
    for (dictionary, renewal) in [
      (addresses, renewal.addresses), (clients, renewal.clients), (relays, renewal.relays), (words, renewal.words),
    ] {
      if let renewal { try dictionary.renew(renewal) }
    }
    if domainNames.isFull { try domains.renew(domainNames.renew()) }
  }

  /// Writes the rows that wait: what is read or indexed needs them.
  func flush() throws(StoreError) { for dictionary in all { try dictionary.flush() } }

  /// Ends what is written past SQLite. Within `PageSpace.close` only.
  func endTrees() throws(StoreError) { for dictionary in all { try dictionary.endTree() } }

  /// Addresses before their domains.
  private var all: [Dictionary] { [hosts, addresses, domains, clients, relays, words] }

  /// The domain of an address, in lower case; 0 if it has none.
  private static func domain(of address: Bytes, names: NameTable) -> NameID {
    guard let at = address.lastIndex(of: 0x40), at + 1 < address.count else { return 0 }
    let domain = address[(at + 1)..<address.count]
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: domain.count) { buffer in
      for i in 0..<domain.count { buffer[i] = domain.start[i].lowercased }
      return names.intern(Bytes(UnsafeRawBufferPointer(buffer)))
    }
  }
}
