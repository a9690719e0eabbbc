import TestSupport
import Testing

@testable import Store

@Suite("the filter of known keys")
struct BloomFilterTests {
  @Test("what was put in is always found, and what was not seldom")
  func finds() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let filter = BloomFilter(megabytes: 1)
    // As full as sixteen megabytes are with ten million.
    let hashes = (0..<625_000).map { _ in random.next() }
    for hash in hashes { filter.insert(hash, kind: hash & 3) }
    #expect(hashes.allSatisfy { filter.contains($0, kind: $0 & 3) })
    let wrong = (0..<100_000).reduce(0) { count, _ in count + (filter.contains(random.next(), kind: 1) ? 1 : 0) }
    #expect(wrong < 1000)
    let ofOtherKind = hashes.prefix(100_000).count { filter.contains($0, kind: $0 & 3 + 1) }
    #expect(ofOtherKind < 1000)
  }

  @Test("an empty filter has nothing")
  func empty() { #expect(!BloomFilter(megabytes: 1).contains(0, kind: 0)) }
}
