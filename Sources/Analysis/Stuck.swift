import Bytes
import Correlation
import Facts
package import Store

/// What is not at its end: deferred, held, quarantined, or vanished, grouped by cause.
package struct Stuck {
  private let reading: TraceReading
  private let builder: TraceBuilder

  package init(_ store: Store) throws(StoreError) {
    reading = try TraceReading(store)
    builder = TraceBuilder(reading)
  }

  private struct Key: Hashable {
    var outcome: Outcome
    var reason: Text
    var relay: Text?
  }

  /// Groups, the largest first, but those that a filter keeps behind all others: nothing there waits for help. Each names at most
  /// `limit` messages, oldest first, 0 for all.
  package func groups(limit: Int) throws(StoreError) -> [StuckGroup] {
    var groups: [Key: StuckGroup] = [:]
    try reading.store.database.snapshot { () throws(StoreError) in
      for root in try reading.openRoots() {
        for message in try builder.messages(.message(root)) { add(message, to: &groups, limit: limit) }
      }
    }
    return groups.values.sorted {
      if ($0.outcome == .quarantined) != ($1.outcome == .quarantined) { return $1.outcome == .quarantined }
      if $0.count != $1.count { return $0.count > $1.count }
      if $0.oldest != $1.oldest { return $0.oldest < $1.oldest }
      return $0.reason.lexicographicallyPrecedes($1.reason)
    }
  }

  private func add(_ message: MessageTrace, to groups: inout [Key: StuckGroup], limit: Int) {
    var mentioned: Set<Key> = []
    for recipient in message.recipients where Stuck.outcomes.contains(recipient.outcome) {
      let words = recipient.reason ?? recipient.reply ?? Stuck.cause(of: recipient.outcome)
      let relay = recipient.relay.flatMap { $0.name ?? $0.address }
      let key = Key(
        outcome: recipient.outcome, reason: words.withBytes { ReasonTable.template(of: $0) },
        relay: relay ?? Stuck.host(named: words))
      let since = recipient.firstAttempt ?? message.firstSeen
      var group =
        groups[key]
        ?? StuckGroup(
          reason: key.reason, outcome: key.outcome, relay: key.relay, domain: Stuck.domain(recipient.address), count: 0,
          oldest: since, messages: [])
      group.count += 1
      group.oldest = min(group.oldest, since)
      if group.domain != Stuck.domain(recipient.address) { group.domain = nil }
      if mentioned.insert(key).inserted && (limit == 0 || group.messages.count < limit) {
        group.messages.append(message)
      }
      groups[key] = group
    }
  }

  private static let outcomes: Set<Outcome> = [.deferred, .held, .quarantined, .unknown]

  /// What is said of a recipient for which no line gives a reason.
  private static func cause(of outcome: Outcome) -> Text {
    switch outcome {
    case .held: Array("put on hold, the log does not say why".utf8)
    case .quarantined: Array("put in quarantine, the log does not say why".utf8)
    default: Array("no end was seen".utf8)
    }
  }

  private static func domain(_ address: Text?) -> Text? {
    guard let address, let at = address.lastIndex(of: 0x40) else { return nil }
    return address[(at + 1)...].map(\.lowercased)
  }

  /// `connect to mx.example.net[1.2.3.4]:25: Connection refused` names the host that was tried.
  private static func host(named words: Text) -> Text? {
    words.withBytes { text in
      var cursor = ByteCursor(text)
      guard cursor.take("connect to ") || cursor.take("host ") || cursor.take(through: " with ") != nil,
        let host = cursor.take(upTo: UInt8(0x5B)), !host.isEmpty, !host.contains(0x20)
      else { return nil }
      return host.array
    }
  }
}
