package import Bytes

/// Hops that are used again, for whoever makes many of them one after the other.
package struct HopPool {
  private var free: [Hop] = []

  package init() {}

  /// A hop of which nothing is known but its key.
  package mutating func make(host: NameID, queueID: Bytes) -> Hop {
    guard let hop = free.popLast() else { return Hop(host: host, queueID: queueID) }
    hop.begin(host: host, queueID: queueID)
    return hop
  }

  /// Takes back all hops that nobody else holds.
  package mutating func takeBack(_ hops: inout [Hop]) {
    while var hop = hops.popLast() {
      guard isKnownUniquelyReferenced(&hop) else { continue }
      hop.clear()
      free.append(hop)
    }
  }
}
