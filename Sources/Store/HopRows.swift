import Bytes
import Correlation
import Facts

/// Writes hops with their deliveries as rows.
final class HopRows {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hops: RowBatch
  private let deliveries: RowBatch
  private let longest: Statement
  private var longestHop: Int64 = 0

  /// - Parameter pages: where the first rows of a new store go.
  init(_ database: Database, dictionaries: Dictionaries, pages: PageSpace?) throws(StoreError) {
    self.dictionaries = dictionaries
    coding = FactCoding(dictionaries: dictionaries)
    longest = try database.prepare("UPDATE bounds SET longest_hop = max(longest_hop, ?)")
    let hopColumns: [RowBatch.Column] = [
      "id", "host", "queue_id", "message", "hops", "first", "last", "open", "sender", "message_id", "origin",
      "accepted", "removed", "client", "pid", "size", "recipients", "facts", "evidence", "parent", "rule", "grade",
      "user", .init("unnamed", standard: 0), "unnamed_outcome", "subject", "reason", .init("is_probe", standard: 0),
    ]
    let deliveryColumns: [RowBatch.Column] = [
      "hop", "n", "outcome", "recipient", "next_queue_id", "time", "relay", "transport", "status", "code",
      "enhanced_code", "delay", "before_queue", "in_queue", "connection", "transmission", "reply", "stage", "original",
      .init("fate", standard: 0), .init("count", standard: 1),
    ]
    hops = try RowBatch(database, table: "hop", columns: hopColumns, pages: pages)
    deliveries = try RowBatch(database, table: "delivery", columns: deliveryColumns, key: 2, pages: pages)
  }

  /// Adds the hops of a message, whose rows are set and follow each other.
  func add(_ message: [Hop]) throws(StoreError) {
    for hop in message { try add(hop, of: message) }
  }

  private func add(_ hop: Hop, of message: [Hop]) throws(StoreError) {
    let root = message[0]
    let s = hop.summary
    longestHop = max(longestHop, s.last.microseconds - s.first.microseconds)
    hops.add(hop.row)
    hops.add(try dictionaries.hosts.row(hop.host))
    hops.add(text: hop.queueID)
    hops.add(root.row)
    hops.add(hop === root ? Int64(message.count) : 0)
    hops.add(s.first.microseconds)
    hops.add(s.last.microseconds)
    hops.add(hop.openRecipients)
    hops.add(try s.sender.flatMap { (id) throws(StoreError) in try dictionaries.addresses.row(id) })
    hops.add(text: hop === root || hop.messageID != root.messageID ? hop.messageID : nil)
    hops.add(Int64(s.origin.rawValue))
    hops.add(s.accepted?.microseconds)
    hops.add(s.removed?.microseconds)
    hops.add(try dictionaries.clients.row(s.client))
    hops.add(s.pid == 0 ? nil : Int64(s.pid))
    hops.add(s.size < 0 ? nil : s.size)
    hops.add(s.recipients < 0 ? nil : s.recipients)
    hops.add(blob: try coding.encode(hop))
    hops.add(blob: coding.encode(hop.evidence))
    hops.add(hop.link.map { $0.from.row })
    hops.add(hop.link.map { Int64($0.rule.rawValue) })
    hops.add(hop.link.map { Int64($0.grade.rawValue) })
    hops.add(try dictionaries.words.row(s.user))
    hops.add(hop.rest.count)
    hops.add(hop.rest.count > 0 ? hop.rest.outcome.number : nil)
    hops.add(text: hop.subject)
    hops.add(text: hop.reason)
    hops.add(hop.isProbe ? 1 : 0)
    try hops.endRow()
    for (n, delivery) in hop.deliveries.enumerated() { try add(delivery, of: hop, n: n) }
  }

  private func add(_ delivery: Delivery, of hop: Hop, n: Int) throws(StoreError) {
    deliveries.add(hop.row)
    deliveries.add(Int64(n))
    deliveries.add(delivery.outcome?.number)
    deliveries.add(try dictionaries.addresses.row(delivery.recipient))
    deliveries.add(textOrNull: hop[delivery.nextQueueID])
    deliveries.add(delivery.time.microseconds)
    deliveries.add(try dictionaries.relays.row(delivery.relay))
    deliveries.add(try dictionaries.words.row(delivery.transport))
    deliveries.add(Int64(delivery.status.rawValue))
    deliveries.add(delivery.code == 0 ? nil : Int64(delivery.code))
    deliveries.add(try dictionaries.words.row(delivery.enhancedCode))
    deliveries.add(known(delivery.delay))
    deliveries.add(known(delivery.delays.beforeQueue))
    deliveries.add(known(delivery.delays.inQueue))
    deliveries.add(known(delivery.delays.connection))
    deliveries.add(known(delivery.delays.transmission))
    deliveries.add(text: hop[delivery.reply])
    deliveries.add(try dictionaries.words.row(delivery.stage))
    deliveries.add(try dictionaries.addresses.row(delivery.original))
    deliveries.add(Int64(delivery.fate.rawValue))
    deliveries.add(Int64(delivery.count))
    try deliveries.endRow()
  }

  /// Ends what is written past SQLite. Within `PageSpace.close` only.
  func endTrees() throws(StoreError) {
    try hops.endTree()
    try deliveries.endTree()
  }

  private func known(_ value: Int64) -> Int64? { value < 0 ? nil : value }

  func flush() throws(StoreError) {
    try dictionaries.flush()
    try hops.flush()
    try deliveries.flush()
    longest.bind(1, longestHop)
    try longest.run()
  }
}

extension Hop {
  /// Recipients that are deferred, held, quarantined or without an end.
  fileprivate var openRecipients: Int64 {
    var count = rest.count > 0 && rest.outcome.isOpen ? rest.count : 0
    for index in deliveries.indices where deliveries[index].outcome?.isOpen ?? false { count += 1 }
    return count
  }
}
