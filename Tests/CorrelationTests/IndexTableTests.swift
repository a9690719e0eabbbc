import TestSupport
import Testing

@testable import Correlation

@Suite("places by hash")
struct IndexTableTests {
  @Test("what was put in and not taken out is found, also where hashes meet")
  func model() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    var table = IndexTable()
    var model: [UInt64: Set<Int>] = [:]
    for _ in 0..<40_000 {
      // Few hashes, and few home slots: long runs.
      let hash = UInt64.random(in: 0..<40, using: &random) << 32 | UInt64.random(in: 0..<200, using: &random)
      let index = Int.random(in: 0..<6, using: &random)
      if Bool.random(using: &random) {
        if model[hash, default: []].insert(index).inserted { table.insert(index, hash: hash) }
      } else {
        model[hash]?.remove(index)
        table.remove(index, hash: hash)
      }
    }
    #expect(table.count == model.values.map(\.count).reduce(0, +))
    for (hash, indices) in model {
      var found: [Int] = []
      table.forEach(hash) { found.append($0) }
      #expect(found.sorted() == indices.sorted())
      #expect(table.first(hash) { $0 == 3 } == (indices.contains(3) ? 3 : nil))
    }
  }
}
