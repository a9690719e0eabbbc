import Bytes
import Correlation
import Facts

/// Reads hops with their deliveries from rows.
package final class HopReader {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hop: Statement
  private let deliveries: Statement

  static let columns = "id, host, queue_id, message_id, message, parent, facts, evidence"

  init(_ database: Database, dictionaries: Dictionaries) throws(StoreError) {
    self.dictionaries = dictionaries
    coding = FactCoding(dictionaries: dictionaries)
    hop = try database.prepare("SELECT \(HopReader.columns) FROM hop WHERE id = ?")
    deliveries = try database.prepare(
      """
      SELECT time, recipient, original, relay, transport, status, fate, code, enhanced_code, stage, delay, before_queue,
        in_queue, connection, transmission, reply, next_queue_id, count, outcome
      FROM delivery WHERE hop = ? ORDER BY n
      """)
  }

  /// A hop as its row says; nil if there is none. Links and summaries are for the resolution to set.
  func hop(row: Int64) throws(StoreError) -> (hop: Hop, message: Int64)? {
    defer { hop.reset() }
    hop.bind(1, row)
    guard try hop.step() else { return nil }
    let read = Hop(host: try dictionaries.hosts.name(ofRow: hop.integer(1)), queueID: hop.bytes(2).array)
    read.row = row
    try coding.decode(hop.bytes(6), into: read, messageID: hop.optionalBytes(3)?.array)
    read.evidence = FactCoding.decodeEvidence(hop.bytes(7))
    try readDeliveries(of: read)
    return (read, hop.integer(4))
  }

  private func readDeliveries(of hop: Hop) throws(StoreError) {
    defer { deliveries.reset() }
    deliveries.bind(1, hop.row)
    while try deliveries.step() {
      let row = deliveries
      guard let status = Delivery.Status(rawValue: UInt8(truncatingIfNeeded: row.integer(5))) else { continue }
      var delivery = Delivery(
        time: Timestamp(microseconds: row.integer(0)), recipient: try dictionaries.addresses.name(ofRow: row.integer(1)),
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
}
