import Bytes
package import Correlation
package import Facts

/// Keeps what is read: the bulk writer of a store, one transaction long.
package final class StoreWriter: Keeper {
  private let database: Database
  private let dictionaries: Dictionaries
  private let hops: HopRows
  private let lines: LineRows
  private let rawMessages: RawMessageRows
  /// What the run has to compare messages with, as long as they come.
  private var presence: Presence?
  private var dirty: Set<Int64> = []
  private var nextRow: Int64
  private let isFresh: Bool
  private let pages: PageSpace?
  /// What went wrong; once set, nothing more is written.
  private var failure: StoreError?
  package private(set) var counts = Counts()

  /// What this run gave to the store.
  package struct Counts {
    package var messages = 0
    package var hops = 0
    package var deliveries = 0
    package var rejections = 0
    package var sessions = 0
    /// Hops that met a part of them, or a verdict on them, which came before or after.
    package var settled = 0
    package init() {}
  }

  /// - Parameters:
  ///   - isFresh: the store has no facts yet, so its indices can be made at the end.
  ///   - pages: the file is new and seen by nobody else, so rows may go there past SQLite.
  init(_ database: Database, dictionaries: Dictionaries, isFresh: Bool, pages: PageSpace?) throws(StoreError) {
    self.database = database
    self.isFresh = isFresh
    if !isFresh { try database.execute(Schema.mergingIndices) }
    self.dictionaries = dictionaries
    self.pages = pages
    hops = try HopRows(database, dictionaries: dictionaries, pages: pages)
    lines = try LineRows(database, dictionaries: dictionaries, pages: pages)
    rawMessages = try RawMessageRows(database)
    let written = RememberedKeys()
    presence =
      isFresh ? .remembered(written) : .indexed(try IndexedKeys(database, dictionaries: dictionaries), written)
    nextRow = (try database.integer("SELECT max(id) FROM hop") ?? 0) + 1
  }

  package var wantsDetails: Bool { true }
  package var wantsRefusedAddresses: Bool { true }

  package func keep(message: [Hop]) {
    attempt { () throws(StoreError) in
      for hop in message {
        hop.row = nextRow
        nextRow += 1
        counts.deliveries += hop.deliveries.count
      }
      counts.hops += message.count
      if !message[0].isProbe { counts.messages += 1 }
      if try presence!.meets(message) { dirty.formUnion(message.map(\.row)) }
      try hops.add(message)
    }
  }

  package func keep(_ line: LineFact) {
    attempt { () throws(StoreError) in
      if line.event == .reject { counts.rejections += Int(line.count) }
      if let decision = Decision(line, words: dictionaries.lexicon.words) { decisions.append(decision) }
      try lines.add(line)
    }
  }

  /// What may change the outcome of messages written before, or after.
  private var decisions: [Decision] = []

  package func keep(_ session: Session) {
    attempt { () throws(StoreError) in
      if session.started != nil && !session.isRepeated { counts.sessions += 1 }
      try lines.add(session)
    }
  }

  package func keep(_ message: MessageFact) {
    attempt { () throws(StoreError) in try rawMessages.add(message) }
  }

  package func renew(_ renewal: LexiconRenewal) {
    attempt { () throws(StoreError) in try dictionaries.renew(renewal) }
  }

  private func attempt(_ body: () throws(StoreError) -> Void) {
    guard failure == nil else { return }
    do { try body() } catch { failure = error }
  }

  /// Writes what waits, makes indices where they are missing, and settles what came in pieces.
  ///
  /// - Parameter overlaps: the seconds of which several sources of the run told sessions of the same host.
  package func finish(overlaps: [ClosedRange<Int64>]) throws(StoreError) {
    if let failure { throw failure }
    presence = nil
    try hops.flush()
    try lines.flush()
    try pages?.close { () throws(StoreError) in
      try dictionaries.endTrees()
      try hops.endTrees()
      try lines.endTrees()
    }
    try lines.insertLate()
    if isFresh {
      // SQLite sorts in as much memory as its cache has, beside it.
      try database.execute("PRAGMA cache_size = -16384")
      if pages == nil { try database.execute(Schema.indices.sql) }
    }
    try SessionMerge(database, dictionaries: dictionaries, rows: lines).join(overlaps: overlaps, isFresh: isFresh)
    for decision in decisions { dirty.formUnion(try concerned(by: decision)) }
    counts.settled = dirty.count
    if !dirty.isEmpty {
      try database.execute(Schema.mergingIndices)
      let settlement = try Settlement(database, dictionaries: dictionaries, rows: hops, nextRow: nextRow)
      try settlement.settle(dirty)
    }
  }

  /// The hops that a mailbox or a rule decided about, if their rows do not say so yet.
  private func concerned(by decision: Decision) throws(StoreError) -> [Int64] {
    switch decision {
    case .mailbox(let messageID):
      let statement = try database.prepare("SELECT id FROM hop WHERE message_id = ?1 LIMIT 64")
      statement.bind(1, text: messageID)
      return try statement.integers()
    case .rule(let time, let pid):
      let statement = try database.prepare(
        """
        SELECT id FROM hop WHERE first BETWEEN ?1 - 5000000 AND ?1 + 300000000 AND pid = ?2
          AND (size IS NULL OR unnamed > 0)
        """)
      statement.bind(1, time.microseconds)
      statement.bind(2, pid)
      return try statement.integers()
    }
  }
}

/// What a line fact decides about mail: all that is kept of it until the end of a run.
private enum Decision {
  /// A mailbox did not just take the message.
  case mailbox(messageID: [UInt8])
  /// A rule acted before there was a queue id.
  case rule(Timestamp, pid: Int64)

  /// Nil for a line that decides nothing, as most deliveries to mailboxes do.
  init?(_ line: LineFact, words: NameTable) {
    guard line.bearsOnOutcome(words) else { return nil }
    if line.event == .filter {
      self = .mailbox(messageID: line[.messageID].array)
      return
    }
    guard line.event == .mailbox else {
      self = .rule(line.time, pid: line.pid)
      return
    }
    let action = words[line.action]
    guard action == "discarded" || action == "rejected" || action == "forwarded" else { return nil }
    self = .mailbox(messageID: line[.messageID].array)
  }
}
