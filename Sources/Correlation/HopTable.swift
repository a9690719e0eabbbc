import Bytes

/// Hops by a hash of a key, for small open-addressing tables on the hot path. Several hops may share a hash.
struct HopTable {
  private var hashes: [UInt64]
  private var hops: [Hop?]
  private var mask: Int
  private(set) var count = 0

  init() {
    mask = 1023
    hashes = Array(repeating: 0, count: 1024)
    hops = Array(repeating: nil, count: 1024)
  }

  /// The first hop under `hash` that satisfies `condition`.
  @inline(__always)
  func first(_ hash: UInt64, where condition: (Hop) -> Bool) -> Hop? {
    var index = Int(truncatingIfNeeded: hash) & mask
    while let hop = hops[index] {
      if hashes[index] == hash && condition(hop) { return hop }
      index = (index + 1) & mask
    }
    return nil
  }

  /// All hops under `hash`.
  func all(_ hash: UInt64, _ body: (Hop) -> Void) {
    var index = Int(truncatingIfNeeded: hash) & mask
    while let hop = hops[index] {
      if hashes[index] == hash { body(hop) }
      index = (index + 1) & mask
    }
  }

  mutating func insert(_ hop: Hop, hash: UInt64) {
    if (count + 1) * 2 > mask { grow() }
    place(hop, hash)
    count += 1
  }

  mutating func remove(_ hop: Hop, hash: UInt64) {
    var index = Int(truncatingIfNeeded: hash) & mask
    while let found = hops[index] {
      if found === hop && hashes[index] == hash { break }
      index = (index + 1) & mask
    }
    guard hops[index] != nil else { return }
    count -= 1
    // What stands behind the gap moves up, unless it is where it belongs.
    var gap = index
    var next = (index + 1) & mask
    while hops[next] != nil {
      let home = Int(truncatingIfNeeded: hashes[next]) & mask
      if (next &- home) & mask >= (next &- gap) & mask {
        hashes[gap] = hashes[next]
        hops[gap] = hops[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    hops[gap] = nil
  }

  /// Every hop of the table, in no order.
  func forEach(_ body: (Hop) -> Void) {
    for case let hop? in hops { body(hop) }
  }

  private mutating func place(_ hop: Hop, _ hash: UInt64) {
    var index = Int(truncatingIfNeeded: hash) & mask
    while hops[index] != nil { index = (index + 1) & mask }
    hashes[index] = hash
    hops[index] = hop
  }

  private mutating func grow() {
    let (oldHashes, oldHops) = (hashes, hops)
    mask = (mask + 1) * 2 - 1
    hashes = Array(repeating: 0, count: mask + 1)
    hops = Array(repeating: nil, count: mask + 1)
    for (hash, hop) in zip(oldHashes, oldHops) {
      if let hop { place(hop, hash) }
    }
  }
}
