package import Bytes
package import Correlation
import Facts

/// Reads all that a store knows about single messages.
package final class TraceReading {
  package let lexicon: Lexicon
  package let store: Store
  private let hops: HopReader
  private let lines: LineFactReader
  private let verdictsByQueueID: Statement
  private let verdictsByMessageID: Statement
  private let verdictsNear: Statement
  private let rejectionsByQueueID: Statement
  private let session: Statement
  private let messageIDByQueueID: Statement
  private let rootsByMessageID: Statement
  let rawMessageByID: Statement

  package init(_ store: Store) throws(StoreError) {
    self.store = store
    lexicon = store.lexicon
    hops = try HopReader(store.database, dictionaries: store.dictionaries)
    lines = LineFactReader(dictionaries: store.dictionaries)
    let verdicts = "SELECT \(LineFactReader.verdictColumns) FROM verdict WHERE "
    verdictsByQueueID = try store.database.prepare(verdicts + "queue_id = ? AND host = ? ORDER BY time")
    verdictsByMessageID = try store.database.prepare(verdicts + "message_id = ? ORDER BY time")
    verdictsNear = try store.database.prepare(
      verdicts + "second BETWEEN ? AND ? AND host = ? AND queue_id IS NULL AND message_id IS NULL ORDER BY second, pid")
    rejectionsByQueueID = try store.database.prepare(
      "SELECT \(LineFactReader.rejectionColumns) FROM rejection WHERE queue_id = ? AND host = ? ORDER BY time")
    session = try store.database.prepare(
      """
      SELECT tls_version, tls_cipher, tls_bits, source, line, offset FROM session
      WHERE second BETWEEN ? AND ? AND host = ? AND pid = ? ORDER BY second DESC, started DESC LIMIT 1
      """)
    messageIDByQueueID = try store.database.prepare(
      """
      SELECT coalesce(h.message_id, f.message_id) FROM hop h JOIN hop f ON f.id = h.message
      WHERE h.queue_id = ? AND h.host = ?
      """)
    rootsByMessageID = try store.database.prepare("SELECT DISTINCT message FROM hop WHERE message_id = ? LIMIT ?")
    rawMessageByID = try store.database.prepare(
      "SELECT id, subject, sender, recipient, size, date FROM raw_message WHERE message_id = ? ORDER BY identity LIMIT 1"
    )
  }

  /// The hops of the message whose first hop has this row.
  package func message(_ root: Int64) throws(StoreError) -> [Hop] { try hops.message(root) }

  package func verdicts(of hop: Hop) throws(StoreError) -> [LineFact] {
    verdictsByQueueID.bind(1, text: hop.queueID)
    verdictsByQueueID.bind(2, try store.dictionaries.hosts.row(hop.host))
    return try verdictsByQueueID.rows(lines.verdict)
  }

  package func verdicts(messageID: [UInt8]) throws(StoreError) -> [LineFact] {
    verdictsByMessageID.bind(1, text: messageID)
    return try verdictsByMessageID.rows(lines.verdict)
  }

  /// Verdicts that name no message, from a host within some seconds.
  package func verdicts(on host: NameID, from: Timestamp, to: Timestamp) throws(StoreError) -> [LineFact] {
    verdictsNear.bind(1, from.seconds)
    verdictsNear.bind(2, to.seconds)
    verdictsNear.bind(3, try store.dictionaries.hosts.row(host))
    return try verdictsNear.rows(lines.verdict)
  }

  /// Refusals that happened when the hop already had its queue id.
  package func rejections(of hop: Hop) throws(StoreError) -> [LineFact] {
    rejectionsByQueueID.bind(1, text: hop.queueID)
    rejectionsByQueueID.bind(2, try store.dictionaries.hosts.row(hop.host))
    let refusals = try rejectionsByQueueID.rows(lines.rejection)
    guard hop.hasReusableID else { return refusals }
    // The id may have been that of other messages, too. Their sessions are not as long as it takes to come round again.
    let (first, last) = (
      hop.summary.first.advanced(bySeconds: -Limits.longTransaction),
      hop.summary.last.advanced(bySeconds: Limits.longTransaction)
    )
    return refusals.filter { first <= $0.time && $0.time <= last }
  }

  /// The TLS of the session in which a process accepted a message, and the line that tells of it; cipher and bits are 0 if
  /// unknown.
  package func tls(
    host: NameID, pid: UInt32, at time: Timestamp
  ) throws(StoreError) -> (version: NameID, cipher: NameID, bits: Int64, place: Evidence)? {
    defer { session.reset() }
    session.bind(1, time.seconds - 1800)
    session.bind(2, time.seconds)
    session.bind(3, try store.dictionaries.hosts.row(host))
    session.bind(4, Int64(pid))
    guard try session.step(), !session.isNull(0) else { return nil }
    let place = Evidence(
      source: Int32(truncatingIfNeeded: session.integer(3)), line: session.integer(4), offset: session.integer(5))
    return (
      try store.dictionaries.words.name(ofRow: session.integer(0)),
      try store.dictionaries.words.name(ofRow: session.integer(1)), session.integer(2), place
    )
  }

  package func messageID(queueID: Bytes, host: NameID) throws(StoreError) -> [UInt8]? {
    defer { messageIDByQueueID.reset() }
    messageIDByQueueID.bind(1, text: queueID)
    messageIDByQueueID.bind(2, try store.dictionaries.hosts.row(host))
    guard try messageIDByQueueID.step() else { return nil }
    return messageIDByQueueID.optionalBytes(0)?.array
  }
}

// MARK: - Finding

extension TraceReading {
  /// Rows of the first hops of messages that have a hop with this Message-ID, at most `limit` of them.
  package func roots(messageID: [UInt8], limit: Int = .max) throws(StoreError) -> [Int64] {
    rootsByMessageID.bind(1, text: messageID)
    rootsByMessageID.bind(2, Int64(limit))
    return try rootsByMessageID.integers()
  }

  /// The same for a queue id, on all hosts.
  package func roots(queueID: [UInt8]) throws(StoreError) -> [Int64] {
    try rows("SELECT DISTINCT message FROM hop WHERE queue_id = ?") { $0.bind(1, text: queueID) }
  }

  /// Rows of hops that name one of these addresses, as sender or recipient. Indices alone answer it.
  package func hops(addresses rows: [Int64]) throws(StoreError) -> [Int64] {
    let list = rows.map(String.init).joined(separator: ", ")
    return try self.rows(
      """
      SELECT id FROM hop WHERE sender IN (\(list)) AND message = id
      UNION ALL SELECT hop FROM delivery WHERE recipient IN (\(list)) AND outcome IS NOT NULL
      UNION ALL SELECT hop FROM delivery WHERE original IN (\(list)) AND original IS NOT NULL
      UNION ALL SELECT h.id FROM rejection j JOIN hop h ON h.queue_id = j.queue_id AND h.host = j.host
      WHERE j.recipient IN (\(list)) AND j.queue_id IS NOT NULL
      """
    ) { _ in }
  }

  /// The messages of these hops, and the refusals without a queue id that name one of these addresses, newest first.
  package func seeds(hops: Set<Int64>, addresses: [Int64]) throws(StoreError) -> TraceSeeds {
    try TraceSeeds(store.database, lines: lines, hops: hops, addresses: addresses)
  }

  /// The same for messages with a recipient that is deferred, held, quarantined or without an end, oldest first.
  package func openRoots() throws(StoreError) -> [Int64] {
    try rows(
      """
      SELECT id FROM hop WHERE id IN (SELECT message FROM hop WHERE open > 0) ORDER BY first, id
      """
    ) { _ in }
  }

  /// The rows of an address, in whatever case it was written.
  package func addressRows(_ address: [UInt8]) throws(StoreError) -> [Int64] {
    var rows: [Int64] = []
    for spelling in try spellings(of: address) { rows += try addressRow(spelling) }
    return rows.sorted()
  }

  private func addressRow(_ address: [UInt8]) throws(StoreError) -> [Int64] {
    try rows("SELECT id FROM address WHERE address = ?") { $0.bind(1, text: address) }
  }

  /// The ways to write an address with which some address of the store begins.
  ///
  /// They grow by a letter at a time, and those that lead nowhere fall away at once: a few seeks each instead of a scan.
  private func spellings(of address: [UInt8]) throws(StoreError) -> [[UInt8]] {
    let beginning = try store.database.prepare("SELECT 1 FROM address WHERE address >= ? AND address < ? LIMIT 1")
    var spellings: [[UInt8]] = [[]]
    for byte in address {
      guard byte.isLetter else {
        for i in spellings.indices { spellings[i].append(byte) }
        continue
      }
      var longer: [[UInt8]] = []
      for spelling in spellings {
        for letter in [byte & ~0x20, byte | 0x20] {
          defer { beginning.reset() }
          beginning.bind(1, text: spelling + [letter])
          beginning.bind(2, text: spelling + [letter + 1])
          if try beginning.step() { longer.append(spelling + [letter]) }
        }
      }
      spellings = longer
    }
    return spellings
  }

  private func rows(_ sql: String, _ bind: (Statement) -> Void) throws(StoreError) -> [Int64] {
    let statement = try store.database.prepare(sql)
    bind(statement)
    return try statement.integers()
  }

  /// Every message and refusal with a line in a period, newest first, one at a time; `body` says whether to go on.
  package func forEach(
    since: Timestamp, until: Timestamp, _ body: (TraceSeed) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let messages = try store.database.prepare(
      """
      SELECT id, first FROM hop WHERE message = id AND first < ? AND first >= ? ORDER BY first DESC, last DESC, id DESC
      """)
    messages.bind(1, until.microseconds)
    messages.bind(2, since.microseconds == .min ? Int64.min : since.microseconds)
    let refusals = try store.database.prepare(
      """
      SELECT \(LineFactReader.rejectionColumns) FROM rejection
      WHERE queue_id IS NULL AND second < ? AND second >= ? ORDER BY second DESC, host DESC, pid DESC, identity DESC
      """)
    refusals.bind(1, until.microseconds == .max ? Int64.max : until.seconds)
    refusals.bind(2, since.microseconds == .min ? Int64.min : since.seconds)
    var hasMessage = try messages.step()
    var refusal = try refusals.step() ? try lines.rejection(refusals) : nil
    while hasMessage || refusal != nil {
      if let line = refusal, !hasMessage || line.time.microseconds > messages.integer(1) {
        guard try body(.refusal(line)) else { return }
        refusal = try refusals.step() ? try lines.rejection(refusals) : nil
      } else {
        guard try body(.message(messages.integer(0))) else { return }
        hasMessage = try messages.step()
      }
    }
    if since.microseconds != .min { try forEachBegun(before: since, body) }
  }

  /// The messages that began before `time` and have lines from then on, newest first: few, those that were under way.
  private func forEachBegun(
    before time: Timestamp, _ body: (TraceSeed) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let messages = try store.database.prepare(
      """
      SELECT DISTINCT m.id, m.first, m.last FROM hop h JOIN hop m ON m.id = h.message
      WHERE h.first < ?1 AND h.first >= ?1 - (SELECT longest_hop FROM bounds) AND h.last >= ?1 AND m.first < ?1
      ORDER BY m.first DESC, m.last DESC, m.id DESC
      """)
    messages.bind(1, time.microseconds)
    while try messages.step() {
      guard try body(.message(messages.integer(0))) else { return }
    }
  }
}
