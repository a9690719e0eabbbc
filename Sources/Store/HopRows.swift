import Bytes
import Correlation
import Facts

/// Writes hops with their deliveries as rows.
final class HopRows {
  private let dictionaries: Dictionaries
  private let coding: FactCoding
  private let hops: RowBatch
  private let deliveries: RowBatch

  init(_ database: Database, dictionaries: Dictionaries) throws(StoreError) {
    self.dictionaries = dictionaries
    coding = FactCoding(dictionaries: dictionaries)
    hops = try RowBatch(
      database, table: "hop",
      columns: [
        "id", "host", "queue_id", "message", "hops", "parent", "rule", "grade", "origin", "first", "last", "accepted",
        "removed",
        "client", "pid", "user", "sender", "size", "recipients", "message_id", "subject", "reason", "unnamed",
        "unnamed_outcome", "open", "is_probe", "facts", "evidence",
      ])
    deliveries = try RowBatch(
      database, table: "delivery",
      columns: [
        "hop", "n", "time", "recipient", "original", "relay", "transport", "status", "fate", "code", "enhanced_code",
        "stage", "delay", "before_queue", "in_queue", "connection", "transmission", "reply", "next_queue_id", "count",
        "outcome",
      ])
  }

  /// Adds the hops of a message, whose rows are set and follow each other.
  func add(_ message: [Hop]) throws(StoreError) {
    for hop in message { try add(hop, of: message) }
  }

  private func add(_ hop: Hop, of message: [Hop]) throws(StoreError) {
    let root = message[0]
    let s = hop.summary
    hops.add(hop.row)
    hops.add(try dictionaries.hosts.row(hop.host))
    hops.add(text: hop.queueID)
    hops.add(root.row)
    hops.add(hop === root ? Int64(message.count) : 0)
    hops.add(hop.link.map { $0.from.row })
    hops.add(hop.link.map { Int64($0.rule.rawValue) })
    hops.add(hop.link.map { Int64($0.grade.rawValue) })
    hops.add(Int64(s.origin.rawValue))
    hops.add(s.first.microseconds)
    hops.add(s.last.microseconds)
    hops.add(s.accepted?.microseconds)
    hops.add(s.removed?.microseconds)
    hops.add(try dictionaries.clients.row(s.client))
    hops.add(s.pid == 0 ? nil : Int64(s.pid))
    hops.add(try dictionaries.words.row(s.user))
    hops.add(try s.sender.flatMap { (id) throws(StoreError) in try dictionaries.addresses.row(id) })
    hops.add(s.size < 0 ? nil : s.size)
    hops.add(s.recipients < 0 ? nil : s.recipients)
    hops.add(text: hop === root || hop.messageID != root.messageID ? hop.messageID : nil)
    hops.add(text: hop.subject)
    hops.add(text: hop.reason)
    hops.add(hop.rest.count)
    hops.add(hop.rest.count > 0 ? hop.rest.outcome.number : nil)
    hops.add(hop.openRecipients)
    hops.add(hop.isProbe ? 1 : 0)
    try coding.encode(hop) { hops.add(blob: $0) }
    coding.encode(hop.evidence) { hops.add(blob: $0) }
    try hops.endRow()
    for (n, delivery) in hop.deliveries.enumerated() { try add(delivery, of: hop, n: n) }
  }

  private func add(_ delivery: Delivery, of hop: Hop, n: Int) throws(StoreError) {
    deliveries.add(hop.row)
    deliveries.add(Int64(n))
    deliveries.add(delivery.time.microseconds)
    deliveries.add(try dictionaries.addresses.row(delivery.recipient))
    deliveries.add(try dictionaries.addresses.row(delivery.original))
    deliveries.add(try dictionaries.relays.row(delivery.relay))
    deliveries.add(try dictionaries.words.row(delivery.transport))
    deliveries.add(Int64(delivery.status.rawValue))
    deliveries.add(Int64(delivery.fate.rawValue))
    deliveries.add(delivery.code == 0 ? nil : Int64(delivery.code))
    deliveries.add(try dictionaries.words.row(delivery.enhancedCode))
    deliveries.add(try dictionaries.words.row(delivery.stage))
    deliveries.add(known(delivery.delay))
    deliveries.add(known(delivery.delays.beforeQueue))
    deliveries.add(known(delivery.delays.inQueue))
    deliveries.add(known(delivery.delays.connection))
    deliveries.add(known(delivery.delays.transmission))
    deliveries.add(text: hop[delivery.reply])
    deliveries.add(textOrNull: hop[delivery.nextQueueID])
    deliveries.add(Int64(delivery.count))
    deliveries.add(delivery.outcome?.number)
    try deliveries.endRow()
  }

  private func known(_ value: Int64) -> Int64? { value < 0 ? nil : value }

  func flush() throws(StoreError) {
    try dictionaries.flush()
    try hops.flush()
    try deliveries.flush()
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
