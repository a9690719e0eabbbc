package import Bytes
import Correlation
import Facts

/// The whole store as sorted lines of JSON without row ids, paths or times of ingestion: equal facts, equal bytes.
package struct CanonicalDump {
  private let store: Store

  package init(_ store: Store) { self.store = store }

  /// Gives each line, sorted, to `body`.
  package func run(_ body: (Bytes) -> Void) throws(StoreError) {
    var lines: [[UInt8]] = []
    try store.database.snapshot { () throws(StoreError) in
      try hops { lines.append($0) }
      try rows("rejection", CanonicalDump.rejections) { lines.append($0) }
      try rows("verdict", CanonicalDump.verdicts) { lines.append($0) }
      try rows("session", CanonicalDump.sessions) { lines.append($0) }
      try rows("raw_message", CanonicalDump.rawMessages) { lines.append($0) }
      try rows("received", CanonicalDump.received) { lines.append($0) }
    }
    lines.sort { $0.lexicographicallyPrecedes($1) }
    for line in lines { line.withBytes { body($0) } }
  }

  /// Every row of a query as an object of its columns; NULLs are left out.
  private func rows(_ kind: String, _ sql: String, _ take: ([UInt8]) -> Void) throws(StoreError) {
    let row = try store.database.prepare(sql)
    while try row.step() {
      var json = JSONWriter()
      json.beginObject()
      json.member("kind", kind)
      for column in 0..<row.columnCount where !row.isNull(column) {
        json.key(row.columnName(column))
        if row.isInteger(column) { json.value(row.integer(column)) } else { json.value(row.bytes(column)) }
      }
      json.endObject()
      json.endLine()
      take(json.out.bytes)
    }
  }

  // MARK: Hops

  private func hops(_ take: ([UInt8]) -> Void) throws(StoreError) {
    let reader = try HopReader(store.database, dictionaries: store.dictionaries)
    let roots = try store.database.prepare("SELECT id FROM hop WHERE message = id")
    while try roots.step() {
      let message = try reader.message(roots.integer(0))
      for hop in message { take(line(hop, of: message)) }
    }
  }

  private func line(_ hop: Hop, of message: [Hop]) -> [UInt8] {
    let lexicon = store.lexicon
    var json = JSONWriter()
    json.beginObject()
    json.member("kind", "hop")
    json.member("host", lexicon.hosts[hop.host])
    json.member("queue_id", hop.queueID)
    json.member("message", name(message[0]))
    if let link = hop.link {
      json.member("parent", name(link.from))
      json.member("rule", "\(link.rule.name)")
      json.member("grade", "\(link.grade.name)")
    }
    json.member("unnamed", hop.rest.count)
    if hop.rest.count > 0 { json.member("unnamed_outcome", hop.rest.outcome.rawValue) }
    json.member("is_probe", hop.isProbe)
    json.array("facts", hop.facts) { json, fact in write(fact, of: hop, to: &json) }
    var deliveries: [[UInt8]] = hop.deliveries.map { line($0, of: hop) }
    deliveries.sort { $0.lexicographicallyPrecedes($1) }
    json.array("deliveries", deliveries) { json, line in line.withBytes { json.value($0) } }
    json.endObject()
    json.endLine()
    return json.out.bytes
  }

  private func name(_ hop: Hop) -> String {
    "\(store.lexicon.hosts[hop.host].string)/\(hop.queueID.string)@\(hop.summary.first.microseconds)"
  }

  private func write(_ fact: HopFact, of hop: Hop, to json: inout JSONWriter) {
    let lexicon = store.lexicon
    let isClient = fact.kind == .accepted && fact.number < 0
    json.beginObject()
    json.member("kind", Int64(fact.kind.rawValue))
    json.member("time", fact.time.microseconds)
    json.member("pid", Int64(fact.pid))
    if fact.name != 0 { json.member("name", (isClient ? lexicon.clients : lexicon.addresses)[fact.name]) }
    if fact.other != 0 { json.member("other", lexicon.words[fact.other]) }
    json.member("size", fact.size)
    json.member("number", fact.number)
    json.member("text", hop[fact.text])
    json.endObject()
  }

  private func line(_ delivery: Delivery, of hop: Hop) -> [UInt8] {
    let lexicon = store.lexicon
    var json = JSONWriter()
    json.beginObject()
    json.member("time", delivery.time.microseconds)
    json.member("recipient", lexicon.addresses[delivery.recipient])
    if delivery.original != 0 { json.member("original", lexicon.addresses[delivery.original]) }
    json.member("relay", lexicon.relays[delivery.relay])
    json.member("transport", lexicon.words[delivery.transport])
    json.member("status", "\(delivery.status.name)")
    json.member("fate", Int64(delivery.fate.rawValue))
    json.member("code", Int64(delivery.code))
    json.member("enhanced_code", lexicon.words[delivery.enhancedCode])
    json.member("stage", lexicon.words[delivery.stage])
    json.member("delay", delivery.delay)
    let delays = delivery.delays
    json.array("delays", [delays.beforeQueue, delays.inQueue, delays.connection, delays.transmission]) { $0.value($1) }
    json.member("reply", hop[delivery.reply])
    json.member("next_queue_id", hop[delivery.nextQueueID])
    json.member("count", Int64(delivery.count))
    json.member("outcome", delivery.outcome?.rawValue)
    json.endObject()
    return json.out.bytes
  }

  // MARK: Line facts and the rest

  private static let rejections = """
    SELECT o.name AS host, j.time, j.pid, j.identity, p.text AS program, j.queue_id, c.name AS client,
      c.address AS client_address, j.helo, t.text AS protocol, s.address AS sender, a.address AS recipient, g.text AS stage,
      j.code, e.text AS enhanced_code, n.text AS engine, x.text AS action, j.reply, j.reason, j.count
    FROM rejection j JOIN host o ON o.id = j.host JOIN word p ON p.id = j.program LEFT JOIN client c ON c.id = j.client
      LEFT JOIN address s ON s.id = j.sender LEFT JOIN address a ON a.id = j.recipient LEFT JOIN word t ON t.id = j.protocol
      LEFT JOIN word g ON g.id = j.stage LEFT JOIN word e ON e.id = j.enhanced_code LEFT JOIN word n ON n.id = j.engine
      LEFT JOIN word x ON x.id = j.action
    """

  private static let verdicts = """
    SELECT o.name AS host, v.time, v.pid, v.identity, p.text AS program, k.name AS event, v.queue_id, v.message_id,
      c.name AS client, c.address AS client_address, s.address AS sender, a.address AS recipient, n.text AS engine,
      x.text AS action, r.text AS result, v.score, v.required, u.text AS user, m.text AS mechanism, v.target, v.mailbox,
      v.reason, v.results, v.symbols, v.count
    FROM verdict v JOIN host o ON o.id = v.host JOIN word p ON p.id = v.program JOIN event k ON k.id = v.event
      LEFT JOIN client c ON c.id = v.client LEFT JOIN address s ON s.id = v.sender LEFT JOIN address a ON a.id = v.recipient
      LEFT JOIN word n ON n.id = v.engine LEFT JOIN word x ON x.id = v.action LEFT JOIN word r ON r.id = v.result
      LEFT JOIN word u ON u.id = v.user LEFT JOIN word m ON m.id = v.mechanism
    """

  private static let sessions = """
    SELECT o.name AS host, i.started, i.ended, i.pid, p.text AS program, c.name AS client, c.address AS client_address,
      t.text AS tls_version, e.text AS tls_cipher, i.tls_bits, i.tls_time, g.text AS lost_stage, r.text AS lost_reason,
      i.lost_time, i.commands, i.refused_commands, i.messages
    FROM session i JOIN host o ON o.id = i.host JOIN word p ON p.id = i.program LEFT JOIN client c ON c.id = i.client
      LEFT JOIN word t ON t.id = i.tls_version LEFT JOIN word e ON e.id = i.tls_cipher LEFT JOIN word g ON g.id = i.lost_stage
      LEFT JOIN word r ON r.id = i.lost_reason
    """

  private static let rawMessages =
    "SELECT identity, size, message_id, subject, sender, recipient, date FROM raw_message"

  private static let received = """
    SELECT m.identity, r.n, r.by_host, r.from_host, r.client_name, r.client_address, r.protocol, r.queue_id, r.recipient, r.time
    FROM received r JOIN raw_message m ON m.id = r.raw_message
    """
}
