import Bytes
import Correlation
import Facts

/// Derives again what only the whole history can tell: for keys that came in pieces, hops are put together, split and joined anew.
///
/// It gathers all hops that may belong together, whichever run wrote them, and gives them to the same resolution as fresh ones.
final class Settlement {
  private let database: Database
  private let dictionaries: Dictionaries
  private let reader: HopReader
  private let lines: LineFactReader
  private let rows: HopRows
  private let resolution: Resolution
  private var nextRow: Int64

  private let sameKey: Statement
  private let sameMessage: Statement
  private let root: Statement
  private let byQueueID: Statement
  private let awaiting: Statement
  private let sameMessageID: Statement
  private let mailboxes: Statement
  private let rules: Statement
  private let dropHop: Statement
  private let dropDeliveries: Statement

  init(
    _ database: Database, dictionaries: Dictionaries, rows: HopRows, nextRow: Int64
  ) throws(StoreError) {
    self.database = database
    self.dictionaries = dictionaries
    self.rows = rows
    resolution = Resolution(lexicon: dictionaries.lexicon)
    self.nextRow = nextRow
    reader = try HopReader(database, dictionaries: dictionaries)
    lines = LineFactReader(dictionaries: dictionaries)
    sameKey = try database.prepare("SELECT id FROM hop WHERE queue_id = ? AND host = ?")
    sameMessage = try database.prepare(
      "SELECT id FROM hop WHERE id >= ?1 AND id < ?1 + (SELECT hops FROM hop WHERE id = ?1)")
    root = try database.prepare("SELECT message FROM hop WHERE id = ?")
    byQueueID = try database.prepare("SELECT id FROM hop WHERE queue_id = ?")
    awaiting = try database.prepare(
      "SELECT hop FROM delivery WHERE next_queue_id = ? AND next_queue_id IS NOT NULL AND outcome IS NOT NULL")
    sameMessageID = try database.prepare("SELECT id FROM hop WHERE message_id = ? LIMIT ?")
    mailboxes = try database.prepare(
      """
      SELECT \(LineFactReader.verdictColumns) FROM verdict WHERE message_id = ?
        AND (event = \(Event.mailbox.rawValue)
          OR event = \(Event.filter.rawValue) AND queue_id IS NULL AND mailbox IS NOT NULL)
      """)
    rules = try database.prepare(
      """
      SELECT \(LineFactReader.verdictColumns) FROM verdict
      WHERE second BETWEEN ? AND ? AND host = ? AND pid = ? AND queue_id IS NULL
        AND event IN (\(Event.held.rawValue), \(Event.discarded.rawValue), \(Event.redirected.rawValue))
      """)
    dropHop = try database.prepare("DELETE FROM hop WHERE id = ?")
    dropDeliveries = try database.prepare("DELETE FROM delivery WHERE hop = ?")
  }

  /// Settles the messages of the given hops, and all that they turn out to belong to.
  func settle(_ dirty: Set<Int64>) throws(StoreError) {
    var done: Set<Int64> = []
    for row in dirty.sorted() where !done.contains(row) {
      let members = try gather(from: row)
      done.formUnion(members.map(\.row))
      if !members.isEmpty { try rewrite(members) }
    }
    try rows.flush()
  }

  // MARK: What may belong together

  private func gather(from row: Int64) throws(StoreError) -> [Hop] {
    var found: [Int64: Hop] = [:]
    var pending = [row]
    while let next = pending.popLast() {
      guard found[next] == nil, found.count < Limits.hopsOfSettlement, let (hop, message) = try reader.hop(row: next)
      else { continue }
      found[next] = hop
      pending.append(contentsOf: try ids(sameMessage) { $0.bind(1, message) })
      pending.append(contentsOf: try neighbours(of: hop))
    }
    return found.values.sorted { $0.row < $1.row }
  }

  private func neighbours(of hop: Hop) throws(StoreError) -> [Int64] {
    var near: [Int64] = []
    let host = try dictionaries.hosts.row(hop.host) ?? 0
    near += try ids(sameKey) {
      $0.bind(1, text: hop.queueID)
      $0.bind(2, host)
    }
    near += try ids(awaiting) { $0.bind(1, text: hop.queueID) }
    for delivery in hop.deliveries where !delivery.nextQueueID.isEmpty {
      near += try ids(byQueueID) { $0.bind(1, text: hop[delivery.nextQueueID]) }
    }
    for fact in hop.facts where !fact.text.isEmpty {
      switch fact.kind {
      case .accepted, .filtered: near += try ids(byQueueID) { $0.bind(1, text: hop[fact.text]) }
      case .messageID:
        let same = try ids(sameMessageID) {
          $0.bind(1, text: hop[fact.text])
          $0.bind(2, Int64(Limits.hopsOfSameMessageID) + 1)
        }
        if same.count <= Limits.hopsOfSameMessageID { near += same }
      default: break
      }
    }
    return near
  }

  private func ids(_ statement: Statement, _ bind: (Statement) -> Void) throws(StoreError) -> [Int64] {
    bind(statement)
    return try statement.integers()
  }

  private func notes(on hops: [Hop]) throws(StoreError) -> [LineFact] {
    var notes: [LineFact] = []
    var seen: Set<[UInt8]> = []
    for hop in hops {
      for fact in hop.facts {
        if fact.kind == .messageID && !fact.text.isEmpty && seen.insert(hop[fact.text].array).inserted {
          mailboxes.bind(1, text: hop[fact.text])
          notes += try mailboxes.rows(lines.verdict)
        }
        if fact.kind == .accepted && fact.number < 0 {
          rules.bind(1, fact.time.seconds - 300)
          rules.bind(2, fact.time.seconds + 5)
          rules.bind(3, try dictionaries.hosts.row(hop.host))
          rules.bind(4, Int64(fact.pid))
          notes += try rules.rows(lines.verdict)
        }
      }
    }
    return notes
  }

  // MARK: Writing anew

  private func rewrite(_ members: [Hop]) throws(StoreError) {
    var byKey: [HopKey: Hop] = [:]
    var order: [HopKey] = []
    for hop in members {
      let key = HopKey(host: hop.host, queueID: hop.queueID.array)
      if let whole = byKey[key] {
        whole.merge(hop)
      } else {
        byKey[key] = hop
        order.append(key)
      }
    }
    let hops = order.flatMap { byKey[$0]!.split() }
    var messages: [[Hop]] = []
    resolution.resolve(hops, notes: try notes(on: hops)) { messages.append($0) }
    var free = members.map(\.row).sorted()
    for row in free {
      for statement in [dropDeliveries, dropHop] {
        statement.bind(1, row)
        try statement.run()
      }
    }
    for message in messages {
      let first = firstRow(for: message.count, &free)
      for (n, hop) in message.enumerated() { hop.row = first + Int64(n) }
      try rows.add(message)
    }
    try rows.flush()
  }

  /// The hops of a message stand in rows that follow each other: in those that are free, or else behind all others.
  private func firstRow(for count: Int, _ free: inout [Int64]) -> Int64 {
    if let first = free.first, free.count >= count, free[count - 1] == first + Int64(count) - 1 {
      free.removeFirst(count)
      return first
    }
    defer { nextRow += Int64(count) }
    return nextRow
  }
}

/// What identifies the facts of a hop: host and queue id.
struct HopKey: Hashable {
  var host: NameID
  var queueID: [UInt8]
}
