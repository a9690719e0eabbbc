import Bytes
import Correlation
import Facts

/// Reads hops with their deliveries from rows.
package final class HopReader {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hop: Statement
  private let deliveries: Statement

  /// What sums need, and what else makes a whole hop.
  static let sumColumns = "id, message, host, queue_id, facts, unnamed, unnamed_outcome, is_probe, sender"
  private static let columns = sumColumns + ", message_id, evidence, parent, rule, grade"
  /// The same of a delivery.
  static let deliverySumColumns = """
    hop, time, recipient, original, relay, transport, status, fate, code, enhanced_code, delay, before_queue, in_queue,
    connection, transmission, count, outcome, reply
    """
  private static let deliveryColumns = deliverySumColumns + ", next_queue_id, stage"
  let database: Database
  private let members: Statement
  private var pool = HopPool()

  init(_ database: Database, dictionaries: Dictionaries) throws(StoreError) {
    self.database = database
    self.dictionaries = dictionaries
    coding = FactCoding(dictionaries: dictionaries)
    hop = try database.prepare(
      """
      SELECT \(HopReader.columns), (SELECT f.message_id FROM hop f WHERE f.id = hop.message) FROM hop WHERE id = ?
      """)
    members = try database.prepare(
      """
      SELECT \(HopReader.columns) FROM hop WHERE id >= ?1 AND id < ?1 + (SELECT hops FROM hop WHERE id = ?1) ORDER BY id
      """)
    deliveries = try database.prepare("SELECT \(HopReader.deliveryColumns) FROM delivery WHERE hop = ? ORDER BY n")
  }

  /// A hop as its row says; nil if there is none. Links and summaries are for the resolution to set.
  func hop(row: Int64) throws(StoreError) -> (hop: Hop, message: Int64)? {
    defer { hop.reset() }
    hop.bind(1, row)
    guard try hop.step() else { return nil }
    return (try read(hop, messageID: hop.optionalBytes(14)), hop.integer(1))
  }

  /// A message by the row of its first hop: its hops from the first to the last, concluded as the store has them.
  func message(_ root: Int64) throws(StoreError) -> [Hop] {
    defer { members.reset() }
    members.bind(1, root)
    var hops: [Hop] = []
    var parents: [(hop: Hop, parent: Int64, rule: Link.Rule, grade: Link.Grade)] = []
    while try members.step() {
      let hop = try read(members, messageID: hops.first?.messageID)
      try conclude(hop, members)
      if let parent = members.optionalInteger(11),
        let rule = Link.Rule(rawValue: UInt8(truncatingIfNeeded: members.integer(12))),
        let grade = Link.Grade(rawValue: UInt8(truncatingIfNeeded: members.integer(13)))
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
  func conclude(_ hop: Hop, _ row: Statement) throws(StoreError) {
    hop.summarize(dictionaries.lexicon)
    if hop.summary.sender == nil, let sender = row.optionalInteger(8) {
      // A rule named it that acted before there was a queue id.
      hop.summary.sender = try dictionaries.addresses.name(ofRow: sender)
    }
    hop.rest.count = row.integer(5)
    hop.rest.outcome = Outcome(number: row.integer(6)) ?? .unknown
    hop.isProbe = row.integer(7) != 0
  }

  private func read(_ hop: Statement, messageID: Bytes?) throws(StoreError) -> Hop {
    let read = try bare(hop, messageID: hop.optionalBytes(9) ?? messageID)
    read.evidence = FactCoding.decodeEvidence(hop.bytes(10))
    try readDeliveries(of: read)
    return read
  }

  /// The hop of a row without deliveries and evidence; its own Message-ID, if it has one, is `messageID`.
  func bare(_ row: Statement, messageID: Bytes?) throws(StoreError) -> Hop {
    let hop = pool.make(host: try dictionaries.hosts.name(ofRow: row.integer(2)), queueID: row.bytes(3))
    hop.row = row.integer(0)
    try coding.decode(row.bytes(4), into: hop, messageID: messageID)
    return hop
  }

  /// Hops that have been read are no longer needed.
  func takeBack(_ hops: inout [Hop]) { pool.takeBack(&hops) }

  private func readDeliveries(of hop: Hop) throws(StoreError) {
    defer { deliveries.reset() }
    deliveries.bind(1, hop.row)
    while try deliveries.step() { try add(deliveries, to: hop, isWhole: true) }
  }

  /// Adds the attempt of a row to its hop.
  ///
  /// - Parameter isWhole: whether the row has all columns, or those for sums; then the replies to successes are left out, too.
  func add(_ row: Statement, to hop: Hop, isWhole: Bool) throws(StoreError) {
    guard let status = Delivery.Status(rawValue: UInt8(truncatingIfNeeded: row.integer(6))) else { return }
    var delivery = Delivery(
      time: Timestamp(microseconds: row.integer(1)),
      recipient: try dictionaries.addresses.name(ofRow: row.integer(2)),
      status: status)
    delivery.original = try dictionaries.addresses.name(ofRow: row.integer(3))
    delivery.relay = try dictionaries.relays.name(ofRow: row.integer(4))
    delivery.transport = try dictionaries.words.name(ofRow: row.integer(5))
    delivery.fate = Delivery.Fate(rawValue: UInt8(truncatingIfNeeded: row.integer(7))) ?? .none
    delivery.code = Int16(truncatingIfNeeded: row.integer(8))
    delivery.enhancedCode = try dictionaries.words.name(ofRow: row.integer(9))
    delivery.delay = row.optionalInteger(10) ?? -1
    delivery.delays = (
      row.optionalInteger(11) ?? -1, row.optionalInteger(12) ?? -1, row.optionalInteger(13) ?? -1,
      row.optionalInteger(14) ?? -1
    )
    delivery.count = Int32(truncatingIfNeeded: row.integer(15))
    delivery.outcome = row.optionalInteger(16).flatMap(Outcome.init(number:))
    if isWhole { delivery.stage = try dictionaries.words.name(ofRow: row.integer(19)) }
    hop.append(
      delivery, reply: isWhole || status != .sent ? row.bytes(17) : .empty,
      nextQueueID: isWhole ? row.bytes(18) : .empty)
  }
}
