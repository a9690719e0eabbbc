import Bytes
import Correlation
import Facts

/// Reads hops with their deliveries from rows.
package final class HopReader {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hop: Statement
  private let deliveries: Statement

  private static let columns = """
    id, host, queue_id, message_id, message, parent, facts, evidence, rule, grade, unnamed, unnamed_outcome, is_probe
    """
  private static let deliveryColumns = """
    time, recipient, original, relay, transport, status, fate, code, enhanced_code, stage, delay, before_queue, in_queue,
    connection, transmission, reply, next_queue_id, count, outcome, hop
    """
  private let database: Database
  private let members: Statement

  init(_ database: Database, dictionaries: Dictionaries) throws(StoreError) {
    self.database = database
    self.dictionaries = dictionaries
    coding = FactCoding(dictionaries: dictionaries)
    hop = try database.prepare("SELECT \(HopReader.columns) FROM hop WHERE id = ?")
    members = try database.prepare(
      """
      SELECT \(HopReader.columns) FROM hop WHERE id = ?1
      UNION ALL SELECT * FROM (SELECT \(HopReader.columns) FROM hop WHERE message = ?1 AND message <> id ORDER BY first, id)
      """)
    deliveries = try database.prepare(
      """
      SELECT \(HopReader.deliveryColumns) FROM delivery WHERE hop = ? ORDER BY n
      """)
  }

  /// A hop as its row says; nil if there is none. Links and summaries are for the resolution to set.
  func hop(row: Int64) throws(StoreError) -> (hop: Hop, message: Int64)? {
    defer { hop.reset() }
    hop.bind(1, row)
    guard try hop.step() else { return nil }
    return (try read(hop), hop.integer(4))
  }

  /// A message by the row of its first hop: its hops from the first to the last, concluded as the store has them.
  func message(_ root: Int64) throws(StoreError) -> [Hop] {
    defer { members.reset() }
    members.bind(1, root)
    var hops: [Hop] = []
    var parents: [(hop: Hop, parent: Int64, rule: Link.Rule, grade: Link.Grade)] = []
    while try members.step() {
      let hop = try read(members)
      conclude(hop, members)
      if let parent = members.optionalInteger(5),
        let rule = Link.Rule(rawValue: UInt8(truncatingIfNeeded: members.integer(8))),
        let grade = Link.Grade(rawValue: UInt8(truncatingIfNeeded: members.integer(9)))
      {
        parents.append((hop, parent, rule, grade))
      }
      hops.append(hop)
    }
    for (hop, parent, rule, grade) in parents {
      guard let from = hops.first(where: { $0.row == parent }) else { continue }
      hop.link = Link(from: from, rule: rule, grade: grade)
    }
    return hops
  }

  /// Sets what the resolution found out about the hop.
  private func conclude(_ hop: Hop, _ row: Statement) {
    hop.summarize(dictionaries.lexicon)
    hop.rest.count = row.integer(10)
    hop.rest.outcome = Outcome(number: row.integer(11)) ?? .unknown
    hop.isProbe = row.integer(12) != 0
  }

  /// Gives many messages, by the rows of their first hops, to `body`, in no order: for sums, so without links and evidence.
  ///
  /// Rows of one message stand near each other, so the tables are read once from end to end instead of message by message.
  func forEach(_ roots: Set<Int64>, _ body: ([Hop]) -> Void) throws(StoreError) {
    guard let low = roots.min(), let high = roots.max() else { return }
    var missing = try otherMembers(from: low, to: high)
    var collected: [Int64: [Hop]] = [:]
    let rows = try database.prepare("SELECT \(HopReader.columns) FROM hop WHERE id BETWEEN ? AND ? ORDER BY id")
    let attempts = try database.prepare(
      "SELECT \(HopReader.deliveryColumns) FROM delivery WHERE hop BETWEEN ? AND ? ORDER BY hop, n")
    for statement in [rows, attempts] {
      statement.bind(1, low)
      statement.bind(2, high + Limits.spreadOfMessage)
    }
    var hasAttempt = try attempts.step()
    while try rows.step() {
      let root = rows.integer(4)
      guard roots.contains(root) else { continue }
      let hop = Hop(host: try dictionaries.hosts.name(ofRow: rows.integer(1)), queueID: rows.bytes(2).array)
      hop.row = rows.integer(0)
      try coding.decode(rows.bytes(6), into: hop, messageID: rows.optionalBytes(3)?.array)
      while hasAttempt && attempts.integer(19) < hop.row { hasAttempt = try attempts.step() }
      while hasAttempt && attempts.integer(19) == hop.row {
        try add(attempts, to: hop)
        hasAttempt = try attempts.step()
      }
      conclude(hop, rows)
      let others = missing[root] ?? 0
      if others == 0 && collected[root] == nil && hop.row == root {
        body([hop])
        continue
      }
      if hop.row == root {
        collected[root, default: []].insert(hop, at: 0)
      } else {
        collected[root, default: []].append(hop)
      }
      if collected[root]!.count == others + 1 {
        body(collected.removeValue(forKey: root)!)
        missing[root] = nil
      }
    }
    // Members that were written much later stand elsewhere.
    for root in collected.keys.sorted() { body(try message(root)) }
  }

  /// How many hops beside the first each message has.
  private func otherMembers(from low: Int64, to high: Int64) throws(StoreError) -> [Int64: Int] {
    let row = try database.prepare(
      "SELECT message, count(*) FROM hop WHERE message <> id AND message BETWEEN ? AND ? GROUP BY message")
    row.bind(1, low)
    row.bind(2, high)
    var counts: [Int64: Int] = [:]
    while try row.step() { counts[row.integer(0)] = Int(row.integer(1)) }
    return counts
  }

  private func read(_ hop: Statement) throws(StoreError) -> Hop {
    let read = Hop(host: try dictionaries.hosts.name(ofRow: hop.integer(1)), queueID: hop.bytes(2).array)
    read.row = hop.integer(0)
    try coding.decode(hop.bytes(6), into: read, messageID: hop.optionalBytes(3)?.array)
    read.evidence = FactCoding.decodeEvidence(hop.bytes(7))
    try readDeliveries(of: read)
    return read
  }

  private func readDeliveries(of hop: Hop) throws(StoreError) {
    defer { deliveries.reset() }
    deliveries.bind(1, hop.row)
    while try deliveries.step() { try add(deliveries, to: hop) }
  }

  private func add(_ row: Statement, to hop: Hop) throws(StoreError) {
    guard let status = Delivery.Status(rawValue: UInt8(truncatingIfNeeded: row.integer(5))) else { return }
    var delivery = Delivery(
      time: Timestamp(microseconds: row.integer(0)),
      recipient: try dictionaries.addresses.name(ofRow: row.integer(1)),
      status: status)
    delivery.original = try dictionaries.addresses.name(ofRow: row.integer(2))
    delivery.relay = try dictionaries.relays.name(ofRow: row.integer(3))
    delivery.transport = try dictionaries.words.name(ofRow: row.integer(4))
    delivery.fate = Delivery.Fate(rawValue: UInt8(truncatingIfNeeded: row.integer(6))) ?? .none
    delivery.code = Int16(truncatingIfNeeded: row.integer(7))
    delivery.enhancedCode = try dictionaries.words.name(ofRow: row.integer(8))
    delivery.stage = try dictionaries.words.name(ofRow: row.integer(9))
    delivery.delay = row.optionalInteger(10) ?? -1
    delivery.delays = (
      row.optionalInteger(11) ?? -1, row.optionalInteger(12) ?? -1, row.optionalInteger(13) ?? -1,
      row.optionalInteger(14) ?? -1
    )
    delivery.reply = row.bytes(15).array
    delivery.nextQueueID = row.bytes(16).array
    delivery.count = Int32(truncatingIfNeeded: row.integer(17))
    delivery.outcome = row.optionalInteger(18).flatMap(Outcome.init(number:))
    hop.deliveries.append(delivery)
  }
}
