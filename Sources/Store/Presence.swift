import Bytes
import Correlation
import Facts

/// Whether a store has facts already that a message may have to be merged or joined with.
enum Presence {
  /// The store was empty when the run began: what the run has written is remembered.
  case remembered(RememberedKeys)
  /// The store has indices that can be asked. What the run has written they do not tell yet where it still waits to be a row.
  case indexed(IndexedKeys, RememberedKeys)

  /// Whether there are such facts of messages before this one.
  func meets(_ message: [Hop]) throws(StoreError) -> Bool {
    switch self {
    case .remembered(let keys): keys.meets(message)
    case .indexed(let keys, let written):
      // In this order, since the message is to be remembered, too.
      if written.meets(message) { true } else { try keys.knowsAny(of: message) }
    }
  }
}

/// The keys of written hops as hashes. A false hit costs a little work, never a wrong row.
final class RememberedKeys {
  private let filter = BloomFilter(megabytes: Limits.filterMegabytes)
  private let seed = UInt64.random(in: .min ... .max)
  /// What a message says.
  private var told: [(hash: UInt64, kind: Kind)] = []
  /// What the touched memory held: somebody has to want it, or it would not be asked.
  private var touched: UInt64 = 0

  private enum Kind: UInt64 {
    case queueID = 1
    /// A queue id that a hop names, and that is not one of its message's.
    case next = 2
    case messageID = 3
  }

  /// Whether a message before this one, which is remembered from now on, has something in common with it.
  func meets(_ message: [Hop]) -> Bool {
    told.removeAll(keepingCapacity: true)
    var latestID = Bytes.empty
    for hop in message {
      tell(hop.queueID, .queueID)
      hop.forEachPointer(beyond: message) { tell($0, .next) }
      guard let id = hop.messageID, !id.isEmpty, id != latestID else { continue }
      latestID = id
      tell(id, .messageID)
    }
    let isKnown = told.contains { hash, kind in
      switch kind {
      case .queueID: knows(hash, .queueID) || knows(hash, .next)
      case .next: knows(hash, .queueID)
      case .messageID: knows(hash, .messageID)
      }
    }
    for (hash, kind) in told { filter.insert(hash, kind: kind.rawValue) }
    return isKnown
  }

  private func knows(_ hash: UInt64, _ kind: Kind) -> Bool { filter.contains(hash, kind: kind.rawValue) }

  /// Memory is slow to answer: it is asked for all hashes before the first of them is looked at.
  private func tell(_ text: Bytes, _ kind: Kind) {
    let hash = KeyedHash.hash(text, seed: seed)
    touched ^= filter.touch(hash)
    told.append((hash, kind))
  }
}

/// The keys of a store that has indices.
final class IndexedKeys {
  private let byQueueID: Statement
  private let awaited: Statement
  private let byMessageID: Statement
  private let mailboxes: Statement
  private let rules: Statement
  private let dictionaries: Dictionaries

  init(_ database: Database, dictionaries: Dictionaries) throws(StoreError) {
    self.dictionaries = dictionaries
    byQueueID = try database.prepare("SELECT 1 FROM hop WHERE queue_id = ? LIMIT 1")
    awaited = try database.prepare(
      "SELECT 1 FROM delivery WHERE next_queue_id = ? AND next_queue_id IS NOT NULL AND outcome IS NOT NULL LIMIT 1")
    byMessageID = try database.prepare("SELECT 1 FROM hop WHERE message_id = ? LIMIT 1")
    mailboxes = try database.prepare(
      """
      SELECT 1 FROM verdict WHERE message_id = ? AND (event = \(Event.mailbox.rawValue)
          AND action IN (SELECT id FROM word WHERE text IN ('discarded', 'rejected', 'forwarded'))
        OR event = \(Event.filter.rawValue) AND queue_id IS NULL AND mailbox IS NOT NULL) LIMIT 1
      """)
    rules = try database.prepare(
      """
      SELECT 1 FROM verdict WHERE second BETWEEN ? AND ? AND host = ? AND pid = ?
        AND event IN (\(Event.held.rawValue), \(Event.discarded.rawValue), \(Event.redirected.rawValue)) LIMIT 1
      """)
  }

  func knowsAny(of message: [Hop]) throws(StoreError) -> Bool {
    for hop in message where try knows(hop, of: message) { return true }
    return false
  }

  private func knows(_ hop: Hop, of message: [Hop]) throws(StoreError) -> Bool {
    if try finds(byQueueID, hop.queueID) { return true }
    if try finds(awaited, hop.queueID) { return true }
    var isKnown = false
    try hop.forEachPointer(beyond: message) { (id) throws(StoreError) in
      if !isKnown { isKnown = try finds(byQueueID, id) }
    }
    if isKnown { return true }
    if let id = hop.messageID, !id.isEmpty {
      if try finds(byMessageID, id) { return true }
      if try finds(mailboxes, id) { return true }
    }
    guard hop.summary.size < 0 || hop.rest.count > 0, hop.summary.origin == .client, let accepted = hop.summary.accepted
    else { return false }
    defer { rules.reset() }
    rules.bind(1, accepted.seconds - 300)
    rules.bind(2, accepted.seconds + 5)
    rules.bind(3, try dictionaries.hosts.row(hop.host))
    rules.bind(4, Int64(hop.summary.pid))
    return try rules.step()
  }

  private func finds(_ statement: Statement, _ key: Bytes) throws(StoreError) -> Bool {
    defer { statement.reset() }
    statement.bind(1, text: key)
    return try statement.step()
  }
}

extension Hop {
  /// Gives `body` the queue ids that this hop names and that no hop of its message has; some perhaps more than once.
  func forEachPointer<E>(beyond message: [Hop], _ body: (Bytes) throws(E) -> Void) throws(E) {
    var latest = TextPlace.empty
    for index in deliveries.indices where !deliveries[index].nextQueueID.isEmpty {
      let place = deliveries[index].nextQueueID
      if self[place] != self[latest] && isBeyond(message, self[place]) { try body(self[place]) }
      latest = place
    }
    for index in facts.indices where !facts[index].text.isEmpty {
      let fact = facts[index]
      if (fact.kind == .accepted || fact.kind == .filtered) && isBeyond(message, self[fact.text]) {
        try body(self[fact.text])
      }
    }
  }

  private func isBeyond(_ message: [Hop], _ queueID: Bytes) -> Bool {
    for hop in message where hop.queueID == queueID { return false }
    return true
  }
}
