/// A set of hashes in constant memory: what it has is always found, what it has not is almost never.
struct BloomFilter {
  private var words: [UInt64]
  private let mask: UInt64
  private static let probes = 4

  /// - Parameter megabytes: a power of two. 16 hold some ten million hashes with five false hits in a thousand.
  init(megabytes: Int) {
    words = Array(repeating: 0, count: megabytes << 17)
    mask = UInt64(words.count << 6 - 1)
  }

  mutating func insert(_ hash: UInt64) {
    var bit = hash
    for _ in 0..<BloomFilter.probes {
      words[Int(truncatingIfNeeded: (bit & mask) >> 6)] |= 1 << (bit & 63)
      bit = next(bit, hash)
    }
  }

  func contains(_ hash: UInt64) -> Bool {
    var bit = hash
    for _ in 0..<BloomFilter.probes {
      if words[Int(truncatingIfNeeded: (bit & mask) >> 6)] & (1 << (bit & 63)) == 0 { return false }
      bit = next(bit, hash)
    }
    return true
  }

  /// Both halves of the hash decide where the probes fall.
  private func next(_ bit: UInt64, _ hash: UInt64) -> UInt64 { bit &+ (hash >> 32 | 1) }
}
