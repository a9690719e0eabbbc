import Bytes
import Correlation
import Facts

/// Reads hops with their deliveries from rows.
package final class HopReader {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hop: Statement
  private let deliveries: Statement

  static let columns = """
    id, host, queue_id, message_id, message, parent, facts, evidence, rule, grade, unnamed, unnamed_outcome, is_probe
    """
  static let deliveryColumns = """
    time, recipient, original, relay, transport, status, fate, code, enhanced_code, stage, delay, before_queue, in_queue,
    connection, transmission, reply, next_queue_id, count, outcome, hop
    """
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
    return (try read(hop, messageID: hop.optionalBytes(13)), hop.integer(4))
  }

  /// A message by the row of its first hop: its hops from the first to the last, concluded as the store has them.
  func message(_ root: Int64) throws(StoreError) -> [Hop] {
    defer { members.reset() }
    members.bind(1, root)
    var hops: [Hop] = []
    var parents: [(hop: Hop, parent: Int64, rule: Link.Rule, grade: Link.Grade)] = []
    while try members.step() {
      let hop = try read(members, messageID: hops.first?.messageID)
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
  func conclude(_ hop: Hop, _ row: Statement) {
    hop.summarize(dictionaries.lexicon)
    hop.rest.count = row.integer(10)
    hop.rest.outcome = Outcome(number: row.integer(11)) ?? .unknown
    hop.isProbe = row.integer(12) != 0
  }

  private func read(_ hop: Statement, messageID: Bytes?) throws(StoreError) -> Hop {
    let read = try bare(hop, messageID: messageID)
    read.evidence = FactCoding.decodeEvidence(hop.bytes(7))
    try readDeliveries(of: read)
    return read
  }

  /// The hop of a row without deliveries and evidence.
  ///
  /// - Parameter messageID: that of the message's first hop.
  func bare(_ row: Statement, messageID: Bytes?) throws(StoreError) -> Hop {
    let hop = pool.make(host: try dictionaries.hosts.name(ofRow: row.integer(1)), queueID: row.bytes(2))
    hop.row = row.integer(0)
    try coding.decode(row.bytes(6), into: hop, messageID: row.optionalBytes(3) ?? messageID)
    return hop
  }

  /// Hops that have been read are no longer needed.
  func takeBack(_ hops: inout [Hop]) { pool.takeBack(&hops) }

  private func readDeliveries(of hop: Hop) throws(StoreError) {
    defer { deliveries.reset() }
    deliveries.bind(1, hop.row)
    while try deliveries.step() { try add(deliveries, to: hop) }
  }

  /// Adds the attempt of a row to its hop.
  func add(_ row: Statement, to hop: Hop) throws(StoreError) {
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
    delivery.count = Int32(truncatingIfNeeded: row.integer(17))
    delivery.outcome = row.optionalInteger(18).flatMap(Outcome.init(number:))
    hop.append(delivery, reply: row.bytes(15), nextQueueID: row.bytes(16))
  }
}
