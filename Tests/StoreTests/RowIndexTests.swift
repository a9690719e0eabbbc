import Bytes
import TestSupport
import Testing

@testable import Store

@Suite("rows of forgotten names")
struct RowIndexTests {
  @Test("each name has the row that it was first put in with, others have none")
  func rows() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let index = RowIndex()
    var known: [[UInt8]: Int64] = [:]
    for row in 1...20_000 as ClosedRange<Int64> {
      let name = Array("\(Int.random(in: 0..<15_000, using: &random))@example.net".utf8)
      name.withBytes { index.insert(row, of: $0) }
      if known[name] == nil { known[name] = row }
    }
    #expect(index.count == known.count)
    for (name, row) in known { #expect(name.withBytes { index.row($0) } == row) }
    for number in 15_000..<20_000 { #expect(Array("\(number)@example.net".utf8).withBytes { index.row($0) } == nil) }
    #expect(index.row(.empty) == nil)
  }

  @Test("the empty name has a row as any other, and rows go up to 32 bits")
  func bounds() {
    let index = RowIndex()
    index.insert(Int64(UInt32.max), of: .empty)
    #expect(index.row(.empty) == Int64(UInt32.max))
  }
}
