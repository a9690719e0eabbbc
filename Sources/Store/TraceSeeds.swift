import Bytes
package import Correlation

/// Something that a trace can begin with: a message, or a refusal without a queue id.
package enum TraceSeed {
  /// The row of the message's first hop.
  case message(Int64)
  case refusal(LineFact)
  /// A Message-ID that only raw messages have.
  case raw([UInt8])
}

/// Messages that have one of some hops, and refusals that name one of some addresses, newest first and found as they are asked for.
package final class TraceSeeds {
  private let messages: NewestMessages
  private let lines: LineFactReader
  /// The refusals that were not come to yet; nil after the last.
  private var refusals: Statement?
  private var message: (root: Int64, first: Int64)?
  private var refusal: LineFact?

  init(
    _ database: Database, lines: LineFactReader, hops: Set<Int64>, addresses: [Int64]
  ) throws(StoreError) {
    messages = try NewestMessages(of: hops, database)
    self.lines = lines
    guard !addresses.isEmpty else { return }
    // The list stands in the text: for a single row of it SQLite then reads both indices from their ends, without sorting.
    let list = addresses.map(String.init).joined(separator: ", ")
    refusals = try database.prepare(
      """
      SELECT \(LineFactReader.rejectionColumns), second FROM rejection WHERE recipient IN (\(list)) AND queue_id IS NULL
      UNION SELECT \(LineFactReader.rejectionColumns), second FROM rejection WHERE sender IN (\(list)) AND queue_id IS NULL
      ORDER BY second DESC, time DESC, host, pid, identity
      """)
  }

  /// The next older one; nil after the last.
  package func next() throws(StoreError) -> TraceSeed? {
    if message == nil { message = try messages.next() }
    if refusal == nil { refusal = try nextRefusal() }
    if let line = refusal, message.map({ line.time.microseconds > $0.first }) ?? true {
      refusal = nil
      return .refusal(line)
    }
    defer { message = nil }
    return message.map { .message($0.root) }
  }

  private func nextRefusal() throws(StoreError) -> LineFact? {
    guard let refusals else { return nil }
    if try refusals.step() { return try lines.rejection(refusals) }
    self.refusals = nil
    return nil
  }
}

/// The messages that have one of some hops, by the time of their first hop, the newest first.
///
/// To look up all of them takes two reads of the table for each hop, which is much if there are thousands and twenty are wanted. So
/// the newest hops of the store are gone through first, which takes an index alone. Of many hops some will be among them; for few
/// the walk is short, and all are looked up.
final class NewestMessages {
  private typealias Message = (root: Int64, first: Int64, last: Int64)

  private let hops: Set<Int64>
  /// All hops, newest first; nil once enough of them were gone through.
  private var walk: Statement?
  private var stepsLeft: Int
  private let messageOfHop: Statement
  private var known: Set<Int64> = []
  /// Messages that were found and not given yet, oldest first.
  private var found: [Message] = []

  init(of hops: Set<Int64>, _ database: Database) throws(StoreError) {
    self.hops = hops
    stepsLeft = hops.count * Limits.stepsForLookUp
    messageOfHop = try database.prepare(
      "SELECT m.id, m.first, m.last FROM hop h JOIN hop m ON m.id = h.message WHERE h.id = ?")
    walk = try database.prepare("SELECT id, first FROM hop ORDER BY first DESC")
  }

  func next() throws(StoreError) -> (root: Int64, first: Int64)? {
    // No message begins after one of its hops, so what begins after the hop at hand is newer than all that are still to come.
    while let walk, stepsLeft > 0, try walk.step() {
      stepsLeft -= 1
      let (hop, first) = (walk.integer(0), walk.integer(1))
      if hops.contains(hop) {
        try find(hop)
        found.sort(by: isOlder)
      }
      if let newest = found.last, newest.first > first { return give() }
    }
    if walk != nil {
      walk = nil
      // Rows that lie together are read together.
      for hop in hops.sorted() { try find(hop) }
      found.sort(by: isOlder)
    }
    return give()
  }

  private func give() -> (root: Int64, first: Int64)? { found.popLast().map { ($0.root, $0.first) } }

  private func find(_ hop: Int64) throws(StoreError) {
    defer { messageOfHop.reset() }
    messageOfHop.bind(1, hop)
    guard try messageOfHop.step(), known.insert(messageOfHop.integer(0)).inserted else { return }
    found.append((messageOfHop.integer(0), messageOfHop.integer(1), messageOfHop.integer(2)))
  }

  private func isOlder(_ a: Message, _ b: Message) -> Bool { (a.first, a.last, a.root) < (b.first, b.last, b.root) }
}
