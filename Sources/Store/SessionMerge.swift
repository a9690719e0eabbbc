import Bytes
import Correlation

/// Sessions whose lines came in pieces, or that overlap: what sessions they are is derived again from all their lines.
struct SessionMerge {
  private let database: Database
  private let dictionaries: Dictionaries
  private let rows: LineRows
  private let weave: SessionWeave
  private let drop: Statement

  init(_ database: Database, dictionaries: Dictionaries, rows: LineRows) throws(StoreError) {
    (self.database, self.dictionaries, self.rows) = (database, dictionaries, rows)
    weave = SessionWeave(dictionaries.lexicon)
    drop = try database.prepare("DELETE FROM session WHERE second = ? AND host = ? AND pid = ? AND part = ?")
  }

  /// Equal keys are equal lines; finer stamps stay.
  static let conflict = {
    let stamps = ["started", "ended", "tls_time", "lost_time"]
    let finer = stamps.map {
      """
      \($0) = CASE WHEN \($0) % 1000000 = 0 THEN excluded.\($0) WHEN excluded.\($0) % 1000000 = 0 THEN \($0)
        ELSE min(\($0), excluded.\($0)) END
      """
    }
    return "ON CONFLICT DO UPDATE SET " + finer.joined(separator: ", ") + " WHERE "
      + stamps.map { "\($0) IS NOT excluded.\($0)" }.joined(separator: " OR ")
  }()

  /// Looks at the threads whose lines came in pieces and, where sessions of others may overlap with those that the run has
  /// written, at all of them.
  ///
  /// - Parameter overlaps: the seconds of which several sources of the run told sessions of the same host.
  func join(overlaps: [ClosedRange<Int64>], isFresh: Bool) throws(StoreError) {
    let written = rows.written
    guard let span = written.span else { return }
    let known = try database.integer("SELECT longest_session FROM bounds") ?? 0
    let longestSession = written.areTooMany ? Correlation.Limits.longestSession : max(known, written.longest)
    let reach = longestSession + Limits.sessionsInARow
    var ranges = isFresh && !written.areTooMany ? overlaps : [span]
    ranges = SessionMerge.merged(ranges.map { $0.lowerBound - reach...$0.upperBound + reach })
    var threads = try threadsInPieces(isFresh: isFresh)
    // Hardly any session has to do with others than those next to it: of the few that do all are looked for.
    for reach in [longestSession + Limits.sessionApart, reach] where !threads.isEmpty {
      threads = try settle(threads.mapValues { $0.spans(reach: reach) }, reach: reach, longestSession: longestSession)
        .reduce(into: [:]) { $0[$1] = threads[$1] }
    }
    if !ranges.isEmpty {
      let row = try selection(onlyInPieces: false)
      for range in ranges { try settle(row, in: range) }
    }
    try rows.flush()
    let longest = try database.prepare("UPDATE bounds SET longest_session = max(longest_session, ?)")
    longest.bind(1, rows.written.longest)
    try longest.run()
  }

  /// Threads with a line that lacks another, with their pieces.
  private func threadsInPieces(isFresh: Bool) throws(StoreError) -> [Thread: Pieces] {
    var threads = rows.written.threads
    // A first import knows all pieces, and what begins without an end lacks nothing if no end lacks its beginning.
    guard !isFresh else { return threads.filter(\.value.isInPieces) }
    let stored = try database.prepare(
      """
      SELECT second, started IS NULL, ended IS NULL FROM session WHERE host = ? AND pid = ?
        AND part >> \(Session.threadShift) = ? AND (started IS NULL OR ended IS NULL) AND second BETWEEN ? AND ?
      """)
    for (thread, pieces) in threads {
      let span = pieces.span
      stored.bind(1, thread.host)
      stored.bind(2, thread.pid)
      stored.bind(3, thread.number)
      stored.bind(4, span.lowerBound - Correlation.Limits.longestSession)
      stored.bind(5, span.upperBound + Correlation.Limits.longestSession)
      let found = try stored.rows {
        Piece(second: $0.integer(0), lacksBeginning: $0.integer(1) != 0, lacksEnd: $0.integer(2) != 0)
      }
      for piece in found { threads[thread]!.add(piece) }
    }
    return threads
  }

  /// Settles threads in pieces by what stands so many seconds around the pieces; those are given back of which there may be more
  /// behind that.
  private func settle(
    _ threads: [Thread: [ClosedRange<Int64>]], reach: Int64, longestSession: Int64
  ) throws(StoreError) -> Set<Thread> {
    try remember(threads.keys)
    var rest: Set<Thread> = []
    let row = try selection(onlyInPieces: true)
    let near = threads.values.flatMap { $0.map { $0.lowerBound - reach...$0.upperBound + reach } }
    for range in SessionMerge.merged(near) {
      try settle(row, in: range) { thread, seconds in
        for pieces in threads[thread] ?? [] where seconds.overlaps(pieces) {
          let known = pieces.lowerBound - reach + longestSession + 1..<pieces.upperBound + reach - longestSession
          if seconds.lowerBound < known.lowerBound || seconds.upperBound >= known.upperBound { rest.insert(thread) }
        }
      }
    }
    try rows.flush()
    return rest
  }

  private func remember(_ threads: some Collection<Thread>) throws(StoreError) {
    try database.execute(
      """
      DROP TABLE IF EXISTS temp.thread_in_pieces;
      CREATE TEMP TABLE thread_in_pieces (host INTEGER, pid INTEGER, thread INTEGER, PRIMARY KEY (host, pid, thread)) WITHOUT ROWID
      """)
    let insert = try database.prepare("INSERT INTO temp.thread_in_pieces VALUES (?, ?, ?)")
    for thread in threads {
      insert.bind(1, thread.host)
      insert.bind(2, thread.pid)
      insert.bind(3, thread.number)
      try insert.run()
    }
  }

  private static func merged(_ ranges: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
    var merged: [ClosedRange<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  // MARK: Sessions of a thread

  private static let columns = """
    host, pid, part, program, source, line, offset, client, started, ended, commands, refused_commands, messages, tls_version,
    tls_cipher, tls_bits, tls_time, lost_stage, lost_reason, lost_time, ordinals
    """

  /// The sessions of some seconds, one thread after the other. They are sorted before the first is seen, so that rows may change
  /// meanwhile.
  private func selection(onlyInPieces: Bool) throws(StoreError) -> Statement {
    let shift = Session.threadShift
    let filter = onlyInPieces ? "AND (host, pid, part >> \(shift)) IN (SELECT * FROM temp.thread_in_pieces)" : ""
    return try database.prepare(
      """
      SELECT \(SessionMerge.columns) FROM session WHERE second BETWEEN ? AND ? AND part >= 1 << \(shift) \(filter)
      ORDER BY host, pid, part >> \(shift), second, coalesce(started, min(ifnull(tls_time, \(Int64.max)),
        ifnull(lost_time, \(Int64.max)), ifnull(ended, \(Int64.max))))
      """)
  }

  /// - Parameter note: is given each thread with the seconds from when to when sessions of it have to do with each other.
  private func settle(
    _ row: Statement, in seconds: ClosedRange<Int64>, note: (Thread, ClosedRange<Int64>) -> Void = { _, _ in }
  ) throws(StoreError) {
    defer { row.reset() }
    row.bind(1, seconds.lowerBound)
    row.bind(2, seconds.upperBound)
    var together = Together()
    var thread: Thread?
    while try row.step() {
      let session = read(row)
      let its = Thread(row)
      if its != thread || together.isApart(from: session) {
        if let thread, let span = together.span { note(thread, span) }
        try settle(together.sessions)
        (thread, together) = (its, Together())
      }
      together.add(session)
    }
    if let thread, let span = together.span { note(thread, span) }
    try settle(together.sessions)
  }

  /// Sessions of a thread, in their order, of which one may have a line of another.
  private struct Together {
    private(set) var sessions: [Session] = []
    private var last = Timestamp(microseconds: 0)
    private var isCoarse = false
    private var isOpen = false

    mutating func add(_ session: Session) {
      // A beginning in a second of its own ends what was open before.
      if let started = session.started, started.seconds > last.seconds, session.ended?.seconds != started.seconds {
        isOpen = false
      }
      sessions.append(session)
      last = max(last, session.lastMoment)
      isCoarse = isCoarse || session.isCoarse
      isOpen = isOpen || session.ended == nil
    }

    /// From the first second to the last.
    var span: ClosedRange<Int64>? {
      sessions.first.map { $0.moment.seconds...max($0.moment.seconds, last.seconds) }
    }

    /// Whether the next session has nothing to do with these, whatever the order of their lines.
    func isApart(from next: Session) -> Bool {
      let first = next.moment
      if sessions.count >= Limits.sessionsTogether { return true }
      guard first > last, first.seconds > last.seconds || !isCoarse && !next.isCoarse else { return false }
      return !isOpen || next.started != nil && !next.isCoarse
    }
  }

  /// A session as its row tells it, with the rows of its names in place of the names: most are not looked at any further.
  private func read(_ row: Statement) -> Session {
    func time(_ column: Int) -> Timestamp? { row.optionalInteger(column).map(Timestamp.init(microseconds:)) }
    func name(_ column: Int) -> NameID { NameID(truncatingIfNeeded: row.integer(column)) }
    var session = Session(
      host: name(0), pid: row.integer(1), program: name(3), client: name(7),
      thread: UInt64(bitPattern: row.integer(2) >> Session.threadShift))
    session.evidence = Evidence(
      source: Int32(truncatingIfNeeded: row.integer(4)), line: row.integer(5), offset: row.integer(6))
    (session.started, session.ended, session.tlsTime, session.lostTime) = (time(8), time(9), time(16), time(19))
    session.commands = row.optionalInteger(10) ?? -1
    session.refusedCommands = row.optionalInteger(11) ?? -1
    session.messages = row.optionalInteger(12) ?? -1
    (session.tlsVersion, session.tlsCipher, session.tlsBits) = (name(13), name(14), row.integer(15))
    (session.lostStage, session.lostReason) = (name(17), name(18))
    session.ordinals = UInt64(bitPattern: row.integer(20))
    return session
  }

  /// The same with names.
  private func named(_ row: Session) throws(StoreError) -> Session {
    let words = dictionaries.words
    var session = row
    session.host = try dictionaries.hosts.name(ofRow: Int64(row.host))
    session.program = try words.name(ofRow: Int64(row.program))
    session.client = try dictionaries.clients.name(ofRow: Int64(row.client))
    session.tlsVersion = try words.name(ofRow: Int64(row.tlsVersion))
    session.tlsCipher = try words.name(ofRow: Int64(row.tlsCipher))
    session.lostStage = try words.name(ofRow: Int64(row.lostStage))
    session.lostReason = try words.name(ofRow: Int64(row.lostReason))
    session.sum(dictionaries.lexicon)
    return session
  }

  /// Writes anew what sessions the lines of these are.
  private func settle(_ raw: [Session]) throws(StoreError) {
    guard raw.count > 1 else { return }
    if dictionaries.lexicon.isFull { try dictionaries.renew(dictionaries.lexicon.renew()) }
    var sessions: [Session] = []
    for row in raw { sessions.append(try named(row)) }
    var old: [Key: Session] = [:]
    for session in sessions { old[Key(session)] = session }
    for session in weave.sessions(of: sessions) {
      let same = old.removeValue(forKey: Key(session))
      if same?.hasTimes(of: session) ?? false { continue }
      try rows.add(session)
    }
    for key in old.keys {
      drop.bind(1, key.second)
      drop.bind(2, Int64(raw[0].host))
      drop.bind(3, raw[0].pid)
      drop.bind(4, key.part)
      try drop.run()
    }
  }

  /// What tells the rows of a thread apart.
  private struct Key: Hashable {
    let second: Int64
    let part: Int64

    init(_ session: Session) { (second, part) = (session.moment.seconds, session.part) }
  }
}

extension Session {
  /// Whether one of its stamps may be that of a second alone.
  fileprivate var isCoarse: Bool {
    [started, ended, tlsTime, lostTime].contains { $0.map { $0.fraction == 0 } ?? false }
  }

  fileprivate func hasTimes(of other: Session) -> Bool {
    started == other.started && ended == other.ended && tlsTime == other.tlsTime && lostTime == other.lostTime
  }
}
