import Bytes
import Correlation
import Facts

/// The ledger: recipients that were accepted against what became of them, by the host and day of acceptance.
struct LedgerBook {
  private struct Key: Hashable {
    var host: NameID
    var day: Timestamp
  }

  private var rows: [Key: Ledger.Row] = [:]
  private var open: [Text] = []
  /// Messages that are named when they do not add up.
  private static let openLimit = 1000

  /// Books a message whose first hop was accepted on `day`.
  mutating func book(_ hops: [Hop], day: Timestamp, lexicon: Lexicon) {
    let root = hops[0]
    let key = Key(host: root.host, day: day)
    var row = rows[key] ?? Ledger.Row(host: lexicon.hosts[root.host].array, day: day)
    let requeues = hops.filter { $0.requeuedID != nil }
    for hop in hops where !hop.isProbe {
      let named = hop.namedRecipients
      let counted = hop.summary.recipients >= 0 ? Int(hop.summary.recipients) : named + Int(hop.rest.count)
      var continued = named
      for index in hop.deliveries.indices {
        guard let outcome = hop.deliveries[index].outcome else { continue }
        row.outcomes[outcome] += Int(hop.deliveries[index].count)
        continued -= Int(hop.deliveries[index].count)
      }
      if hop.rest.count > 0 { row.outcomes[hop.rest.outcome] += Int(hop.rest.count) }
      // local(8) writes a line for each file, command or mailbox that an alias stands for: these are recipients of their own.
      let expanded = named > counted && hop.expandsLocally(lexicon) ? named - counted : 0
      let remaining = counted + expanded - named - Int(hop.rest.count)
      let requeued = requeues.contains { $0.host == hop.host && $0.requeuedID == hop.queueID } ? max(0, remaining) : 0
      row.accepted += counted + expanded - continued - requeued
      let remainder = remaining - requeued
      row.remainder += remainder
      if remainder != 0 && open.count < LedgerBook.openLimit {
        open.append(lexicon.hosts[hop.host].array + [0x2F] + hop.queueID.array)
      }
    }
    rows[key] = row
  }

  var ledger: Ledger {
    var ledger = Ledger()
    ledger.rows = rows.values.sorted {
      $0.day != $1.day ? $0.day < $1.day : $0.host.lexicographicallyPrecedes($1.host)
    }
    for row in ledger.rows {
      ledger.accepted += row.accepted
      ledger.remainder += row.remainder
      for outcome in Outcome.allCases { ledger.outcomes[outcome] += row.outcomes[outcome] }
    }
    ledger.open = open.sorted { $0.lexicographicallyPrecedes($1) }
    return ledger
  }
}

extension Hop {
  /// Recipients that have a delivery line here at which their story on this host ends, or goes on at the next.
  var namedRecipients: Int {
    var named = 0
    for index in deliveries.indices where deliveries[index].status != .deferred || deliveries[index].outcome != nil {
      let status = deliveries[index].status
      if status != .deliverable && status != .undeliverable { named += Int(deliveries[index].count) }
    }
    return named
  }

  func expandsLocally(_ lexicon: Lexicon) -> Bool {
    deliveries.contains { $0.transport != 0 && lexicon.words[$0.transport] == "local" }
  }
}
