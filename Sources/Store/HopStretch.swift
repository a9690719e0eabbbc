import Correlation

extension HopReader {
  /// Gives many messages, by the rows of their first hops, to `body`, in no order: for sums, so without links, evidence and
  /// Message-IDs.
  ///
  /// Rows of one message stand near each other, so stretches of rows are read from end to end instead of message by message.
  func forEach(_ roots: [Int64], _ body: ([Hop]) throws(StoreError) -> Void) throws(StoreError) {
    let roots = roots.sorted().reduce(into: [Int64]()) { if $0.last != $1 { $0.append($1) } }
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

  init(_ reader: HopReader) throws(StoreError) {
    self.reader = reader
    let end = "?2 + (SELECT hops FROM hop WHERE id = ?2)"
    rows = try reader.database.prepare(
      "SELECT \(HopReader.sumColumns) FROM hop WHERE id >= ?1 AND id < \(end) ORDER BY id")
    attempts = try reader.database.prepare(
      "SELECT \(HopReader.deliverySumColumns) FROM delivery WHERE hop >= ?1 AND hop < \(end) ORDER BY hop, n")
  }

  func forEach(_ roots: ArraySlice<Int64>, _ body: ([Hop]) throws(StoreError) -> Void) throws(StoreError) {
    guard let low = roots.first, let high = roots.last else { return }
    defer {
      rows.reset()
      attempts.reset()
    }
    for statement in [rows, attempts] {
      statement.bind(1, low)
      statement.bind(2, high)
    }
    var wanted = roots[...]
    var message: [Hop] = []
    var hasAttempt = try attempts.step()
    while try rows.step() {
      let root = rows.integer(1)
      while let next = wanted.first, next < root { wanted.removeFirst() }
      guard wanted.first == root else { continue }
      if let first = message.first, first.row != root { try give(&message, to: body) }
      let hop = try reader.bare(rows, messageID: nil)
      while hasAttempt && attempts.integer(0) < hop.row { hasAttempt = try attempts.step() }
      while hasAttempt && attempts.integer(0) == hop.row {
        try reader.add(attempts, to: hop, isWhole: false)
        hasAttempt = try attempts.step()
      }
      try reader.conclude(hop, rows)
      message.append(hop)
    }
    if !message.isEmpty { try give(&message, to: body) }
  }

  private func give(_ message: inout [Hop], to body: ([Hop]) throws(StoreError) -> Void) throws(StoreError) {
    try body(message)
    reader.takeBack(&message)
  }
}
