import Bytes
import Correlation
import Facts

/// Writes line facts and sessions as rows; a row that is there already keeps the finer stamp and the greater count.
final class LineRows {
  private let dictionaries: Dictionaries
  private let rejections: RowBatch
  private let verdicts: RowBatch
  private let sessions: RowBatch
  /// What has been written of sessions.
  private(set) var written = SessionMerge.Written()

  private static let merge = """
    ON CONFLICT DO UPDATE SET count = max(count, excluded.count),
      time = CASE WHEN time % 1000000 = 0 THEN excluded.time WHEN excluded.time % 1000000 = 0 THEN time
        ELSE min(time, excluded.time) END
      WHERE count < excluded.count OR time <> excluded.time
    """

  /// - Parameter pages: where the first rows of a new store go.
  init(_ database: Database, dictionaries: Dictionaries, pages: PageSpace?) throws(StoreError) {
    self.dictionaries = dictionaries
    func batch(_ table: String, _ columns: [RowBatch.Column], _ conflict: String) throws(StoreError) -> RowBatch {
      try RowBatch(database, table: table, columns: columns, key: 4, isOrdered: false, conflict: conflict, pages: pages)
    }
    let key: [RowBatch.Column] = [
      "second", "host", "pid", "identity", "time", "program", "source", "line", "offset",
    ]
    let count = RowBatch.Column("count", standard: 1)
    rejections = try batch(
      "rejection",
      key + [
        "client", "helo", "protocol", "sender", "recipient", "stage", "code", "enhanced_code", "reply", "reason",
        "engine", "queue_id", "action", count,
      ], LineRows.merge)
    verdicts = try batch(
      "verdict",
      key + [
        "event", "queue_id", "engine", "action", "result", "client", "sender", "recipient", "score", "reason",
        "results", "user", "mechanism", "required", "symbols", "mailbox", "message_id", "target", count,
      ], LineRows.merge)
    sessions = try batch(
      "session",
      [
        "second", "host", "pid", "part", "program", "source", "line", "offset", "client", "started", "ended",
        "commands", "refused_commands", "messages", "tls_version", "tls_cipher", "tls_bits", "lost_stage",
        "lost_reason", "tls_time", "lost_time", .init("ordinals", standard: 0),
      ], SessionMerge.conflict)
  }

  func add(_ line: LineFact) throws(StoreError) {
    if line.event == .reject { try addRejection(line) } else { try addVerdict(line) }
  }

  private func addKey(_ line: LineFact, to rows: RowBatch) throws(StoreError) {
    rows.add(line.time.seconds)
    rows.add(try dictionaries.hosts.row(line.host))
    rows.add(line.pid)
    rows.add(line.identity)
    rows.add(line.time.microseconds)
    rows.add(try dictionaries.words.row(line.program))
    addPlace(line.evidence, to: rows)
  }

  private func addPlace(_ place: Evidence, to rows: RowBatch) {
    rows.add(Int64(place.source))
    rows.add(place.line)
    rows.add(place.offset)
  }

  private func address(_ id: NameID?) throws(StoreError) -> Int64? {
    guard let id else { return nil }
    return try dictionaries.addresses.row(id)
  }

  private func addRejection(_ line: LineFact) throws(StoreError) {
    try addKey(line, to: rejections)
    rejections.add(try dictionaries.clients.row(line.client))
    rejections.add(textOrNull: line[.helo])
    rejections.add(try dictionaries.words.row(line.protocol))
    rejections.add(try address(line.sender))
    rejections.add(try address(line.recipient))
    rejections.add(try dictionaries.words.row(line.stage))
    rejections.add(line.code == 0 ? nil : Int64(line.code))
    rejections.add(try dictionaries.words.row(line.enhancedCode))
    rejections.add(text: line[.reply])
    rejections.add(text: line[.reason])
    rejections.add(try dictionaries.words.row(line.engine))
    rejections.add(textOrNull: line[.queueID])
    rejections.add(try dictionaries.words.row(line.action))
    rejections.add(Int64(line.count))
    try rejections.endRow()
  }

  private func addVerdict(_ line: LineFact) throws(StoreError) {
    try addKey(line, to: verdicts)
    verdicts.add(Int64(line.event.rawValue))
    verdicts.add(textOrNull: line[.queueID])
    verdicts.add(try dictionaries.words.row(line.engine))
    verdicts.add(try dictionaries.words.row(line.action))
    verdicts.add(try dictionaries.words.row(line.result))
    verdicts.add(try dictionaries.clients.row(line.client))
    verdicts.add(try address(line.sender))
    verdicts.add(try address(line.recipient))
    verdicts.add(line.score)
    verdicts.add(textOrNull: line[.reason])
    verdicts.add(textOrNull: line[.results])
    verdicts.add(try dictionaries.words.row(line.user))
    verdicts.add(try dictionaries.words.row(line.mechanism))
    verdicts.add(line.required)
    verdicts.add(textOrNull: line[.symbols])
    verdicts.add(textOrNull: line[.mailbox])
    // With a queue id it is found by that.
    verdicts.add(textOrNull: line[.queueID].isEmpty ? line[.messageID] : .empty)
    verdicts.add(textOrNull: line[.target])
    verdicts.add(Int64(line.count))
    try verdicts.endRow()
  }

  func add(_ session: Session) throws(StoreError) {
    let moment = session.moment
    let host = try dictionaries.hosts.row(session.host) ?? 0
    written.add(session, host: host, from: moment.seconds)
    sessions.add(moment.seconds)
    sessions.add(host)
    sessions.add(session.pid)
    sessions.add(session.part)
    sessions.add(try dictionaries.words.row(session.program))
    addPlace(session.evidence, to: sessions)
    sessions.add(try dictionaries.clients.row(session.client))
    sessions.add(session.started?.microseconds)
    sessions.add(session.ended?.microseconds)
    sessions.add(session.commands < 0 ? nil : session.commands)
    sessions.add(session.refusedCommands < 0 ? nil : session.refusedCommands)
    sessions.add(session.messages < 0 ? nil : session.messages)
    sessions.add(try dictionaries.words.row(session.tlsVersion))
    sessions.add(try dictionaries.words.row(session.tlsCipher))
    sessions.add(session.tlsBits == 0 ? nil : session.tlsBits)
    sessions.add(try dictionaries.words.row(session.lostStage))
    sessions.add(try dictionaries.words.row(session.lostReason))
    sessions.add(session.tlsTime?.microseconds)
    sessions.add(session.lostTime?.microseconds)
    sessions.add(Int64(bitPattern: session.ordinals))
    try sessions.endRow()
  }

  func flush() throws(StoreError) {
    try dictionaries.flush()
    try rejections.flush()
    try verdicts.flush()
    try sessions.flush()
  }

  /// Ends what is written past SQLite. Within `PageSpace.close` only.
  func endTrees() throws(StoreError) {
    for rows in [rejections, verdicts, sessions] { try rows.endTree() }
  }

  /// Inserts what came too late for that.
  func insertLate() throws(StoreError) {
    for rows in [rejections, verdicts, sessions] { try rows.insertLate() }
  }
}
