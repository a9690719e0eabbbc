import Bytes
import Correlation
import Facts
import Store

/// The clocks of the hosts that a message passed, against that of the first one.
///
/// Durations between two hosts are corrected by it; moments stay as the logs have them.
struct HostClocks {
  /// The hosts whose clocks are apart by more than whole seconds explain, in the order of the hops.
  private(set) var offsets: [ClockOffset] = []
  /// Microseconds that a host is ahead of the first one.
  private var ahead: [NameID: Int64] = [:]

  private struct Pair: Hashable {
    var from: NameID
    var to: NameID
  }

  init(of hops: [Hop], root: Hop, _ reading: TraceReading) throws(StoreError) {
    var apart: [Pair: Int64] = [:]
    var pairs: [Pair] = []
    var asked: Set<Pair> = []
    for hop in hops {
      guard let from = hop.link?.from, from.host != hop.host else { continue }
      let pair = Pair(from: from.host, to: hop.host)
      if apart[pair] == nil {
        apart[pair] = 0
        pairs.append(pair)
      }
      guard HostClocks.isSuspicious(hop, from), asked.insert(pair).inserted else { continue }
      let samples = try reading.clockOffsets(from: from.host, to: hop.host, near: hop.summary.first)
      guard !samples.isEmpty, samples[samples.count / 2].magnitude > HostClocks.tolerance else { continue }
      apart[pair] = samples[samples.count / 2]
      // There and back it is the same.
      if apart[Pair(from: hop.host, to: from.host)] ?? 0 != 0 { continue }
      offsets.append(
        ClockOffset(
          from: reading.lexicon.hosts[from.host].array, to: reading.lexicon.hosts[hop.host].array,
          offset: samples[samples.count / 2], samples: samples.count))
    }
    guard !offsets.isEmpty else { return }
    ahead[root.host] = 0
    // A hop may stand before the one that it came from, so it takes as many turns as the path is long.
    var waiting = pairs
    while let index = waiting.firstIndex(where: { ahead[$0.from] != nil }) {
      let pair = waiting.remove(at: index)
      if ahead[pair.to] == nil { ahead[pair.to] = ahead[pair.from]! + apart[pair]! }
    }
  }

  /// A moment of a host's log, by the clock of the first host.
  func corrected(_ time: Timestamp, on host: NameID) -> Timestamp {
    Timestamp(microseconds: time.microseconds - (ahead[host] ?? 0))
  }

  /// Microseconds from the first line of a message to its last one.
  func duration(of hops: [Hop]) -> Int64 {
    let first = hops.lazy.map { corrected($0.summary.first, on: $0.host).microseconds }.min() ?? 0
    let last = hops.lazy.map { corrected($0.summary.last, on: $0.host).microseconds }.max() ?? 0
    return last - first
  }

  /// The hops of a message in the order of their beginnings; its first one stays the first.
  func sorted(_ hops: [Hop]) -> [Hop] {
    let rest = hops.dropFirst().map { (start: corrected($0.summary.first, on: $0.host), hop: $0) }
    return hops.prefix(1) + rest.sorted { $0.start < $1.start }.map(\.hop)
  }

  /// Whether the hop was accepted at another moment than it was handed over.
  private static func isSuspicious(_ hop: Hop, _ from: Hop) -> Bool {
    guard let accepted = hop.summary.accepted,
      let handedOver = from.deliveries.first(where: { from[$0.nextQueueID] == hop.queueID })
    else { return false }
    let transmission = max(0, handedOver.delays.transmission)
    return (accepted.microseconds - handedOver.time.microseconds + transmission).magnitude > tolerance
  }

  /// Microseconds: two stamps of whole seconds may be so far apart.
  private static let tolerance = 2_000_000
}
