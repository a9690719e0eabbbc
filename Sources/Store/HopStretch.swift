import Correlation

extension HopReader {
  /// Gives many messages, by the rows of their first hops, to `body`, in no order: for sums, so without links and evidence.
  ///
  /// Rows of one message stand near each other, so stretches of rows are read from end to end instead of message by message.
  func forEach(_ roots: [Int64], _ body: ([Hop]) -> Void) throws(StoreError) {
    let roots = roots.sorted()
    let stretch = try HopStretch(self)
    var start = 0
    for next in roots.indices.dropFirst() where roots[next] - roots[next - 1] > Limits.gapInStretch {
      try stretch.forEach(roots[start..<next], body)
      start = next
    }
    try stretch.forEach(roots[start...], body)
  }
}

/// Reads the messages of neighbouring rows.
private final class HopStretch {
  private let reader: HopReader
  private let rows: Statement
  private let attempts: Statement
  private let others: Statement

  init(_ reader: HopReader) throws(StoreError) {
    self.reader = reader
    rows = try reader.database.prepare("SELECT \(HopReader.columns) FROM hop WHERE id BETWEEN ? AND ? ORDER BY id")
    attempts = try reader.database.prepare(
      "SELECT \(HopReader.deliveryColumns) FROM delivery WHERE hop BETWEEN ? AND ? ORDER BY hop, n")
    others = try reader.database.prepare(
      "SELECT message, count(*) FROM hop WHERE message <> id AND message BETWEEN ? AND ? GROUP BY message")
  }

  func forEach(_ roots: ArraySlice<Int64>, _ body: ([Hop]) -> Void) throws(StoreError) {
    guard let low = roots.first, let high = roots.last else { return }
    defer {
      rows.reset()
      attempts.reset()
    }
    for statement in [rows, attempts] {
      statement.bind(1, low)
      statement.bind(2, high + Limits.spreadOfMessage)
    }
    let wanted = Set(roots)
    let missing = try otherMembers(from: low, to: high)
    var collected: [Int64: [Hop]] = [:]
    var hasAttempt = try attempts.step()
    while try rows.step(), rows.integer(0) <= high || !collected.isEmpty {
      let root = rows.integer(4)
      guard wanted.contains(root) else { continue }
      let hop = try reader.bare(rows)
      while hasAttempt && attempts.integer(19) < hop.row { hasAttempt = try attempts.step() }
      while hasAttempt && attempts.integer(19) == hop.row {
        try reader.add(attempts, to: hop)
        hasAttempt = try attempts.step()
      }
      reader.conclude(hop, rows)
      guard let others = missing[root] else {
        body([hop])
        continue
      }
      collected[root, default: []].insert(hop, at: hop.row == root ? 0 : collected[root]?.count ?? 0)
      if collected[root]?.count == others + 1, let hops = collected.removeValue(forKey: root) { body(hops) }
    }
    // Members that were written much later stand elsewhere.
    for root in collected.keys.sorted() { body(try reader.message(root)) }
  }

  /// How many hops beside the first each message has, if any.
  private func otherMembers(from low: Int64, to high: Int64) throws(StoreError) -> [Int64: Int] {
    defer { others.reset() }
    others.bind(1, low)
    others.bind(2, high)
    var counts: [Int64: Int] = [:]
    while try others.step() { counts[others.integer(0)] = Int(others.integer(1)) }
    return counts
  }
}
