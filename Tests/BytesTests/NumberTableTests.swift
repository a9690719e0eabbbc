import Bytes
import TestSupport
import Testing

@Suite("values by numbers")
struct NumberTableTests {
  @Test("holds what an array would, however far apart the numbers are")
  func values() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    var table = NumberTable<UInt32>()
    for round in 0..<3 {
      var expected: [Int: UInt32] = [:]
      for _ in 0..<3000 {
        let most = [10, 2000, 200_000, 5_000_000][Int.random(in: 0..<4, using: &random)]
        let number = Int.random(in: 0..<most, using: &random)
        let value = UInt32.random(in: 0...9, using: &random)
        let sum = table.update(number) { known -> UInt32 in
          known += value
          return known
        }
        expected[number, default: 0] += value
        #expect(sum == expected[number], "round \(round)")
      }
      #expect(table.count == expected.keys.max()! + 1)
      for (number, value) in expected { #expect(table[number] == value) }
      var others = 0
      for number in 0..<table.count where expected[number] == nil && table[number] != 0 { others += 1 }
      #expect(others == 0)
      #expect(table[table.count] == nil)
      table.removeAll()
      #expect(table.count == 0)
    }
  }
}
