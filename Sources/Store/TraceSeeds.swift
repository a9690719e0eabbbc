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
/// To look up all of them takes a read of the table for each hop, which is much if there are thousands and twenty are wanted. So
/// the newest hops of the store are gone through first, which takes indices alone. Of many hops some will be among them; for few
/// the walk is short, and all are looked up.
final class NewestMessages {
  private let hops: Set<Int64>
  private let database: Database
  /// Hops and the others of their messages, newest first; nil once enough of them were gone through.
  private var walk: Statement?
  private var stepsLeft: Int
  private let isFirst: Statement
  private var given: Set<Int64> = []
  /// What the walk did not come to, oldest first.
  private var rest: [(root: Int64, first: Int64)]?

  init(of hops: Set<Int64>, _ database: Database) throws(StoreError) {
    self.hops = hops
    self.database = database
    stepsLeft = hops.count * Limits.stepsForLookUp
    isFirst = try database.prepare("SELECT message = id FROM hop WHERE id = ?")
    walk = try database.prepare(
      """
      SELECT h.id, h.first, c.id FROM hop h LEFT JOIN hop c ON c.message = h.id AND c.message <> c.id
      ORDER BY h.first DESC, h.last DESC, h.id DESC
      """)
  }

  func next() throws(StoreError) -> (root: Int64, first: Int64)? {
    if let found = try nextOfWalk() { return found }
    if rest == nil { rest = try lookUp() }
    return rest!.popLast()
  }

  private func nextOfWalk() throws(StoreError) -> (root: Int64, first: Int64)? {
    while let walk, stepsLeft > 0, try walk.step() {
      stepsLeft -= 1
      let row = walk.integer(0)
      guard hops.contains(row) || hops.contains(walk.integer(2)), try isFirst(row), given.insert(row).inserted else {
        continue
      }
      return (row, walk.integer(1))
    }
    stepsLeft = 0
    walk = nil
    return nil
  }

  private func isFirst(_ row: Int64) throws(StoreError) -> Bool {
    defer { isFirst.reset() }
    isFirst.bind(1, row)
    return try isFirst.step() && isFirst.integer(0) != 0
  }

  private func lookUp() throws(StoreError) -> [(root: Int64, first: Int64)] {
    let first = try database.prepare(
      "SELECT m.id, m.first, m.last FROM hop h JOIN hop m ON m.id = h.message WHERE h.id = ?")
    var found: [(root: Int64, first: Int64, last: Int64)] = []
    // Rows that lie together are read together.
    for hop in hops.sorted() {
      defer { first.reset() }
      first.bind(1, hop)
      guard try first.step(), given.insert(first.integer(0)).inserted else { continue }
      found.append((first.integer(0), first.integer(1), first.integer(2)))
    }
    return found.sorted { ($0.first, $0.last, $0.root) < ($1.first, $1.last, $1.root) }.map { ($0.root, $0.first) }
  }
}
