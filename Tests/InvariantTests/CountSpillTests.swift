import Bytes
import TestSupport
import Testing

@testable import Analysis

@Suite("counts that are put aside")
struct CountSpillTests {
  @Test("all come back whole, whatever the length of their names, and those of one name in one part")
  func roundTrip() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let spill = CountSpill()
    var expected: [[UInt8]: Int64] = [:]
    for _ in 0..<5_000 {
      let length = Int.random(in: 0...100, using: &random) == 0 ? 20_000 : Int.random(in: 0...3, using: &random)
      let name = (0..<length).map { _ in UInt8.random(in: 0x61...0x66, using: &random) }
      var count = AddressCount()
      count.add(Int64.random(in: 1...9, using: &random), bytes: 1_000_000)
      name.withBytes { spill.add(count, of: $0, to: 7) }
      expected[name, default: 0] += count.count
    }
    var found: [[UInt8]: Int64] = [:]
    try spill.forEachPart { records in
      var part: [[UInt8]: Int64] = [:]
      records { record in
        #expect(record.list == 7)
        let count = record.count.loadUnaligned(as: AddressCount.self)
        #expect(count.bytes == 1_000_000)
        part[record.name.array, default: 0] += count.count
      }
      found.merge(part) { _, _ in
        Issue.record("a name in two parts"); return 0
      }
    }
    #expect(found == expected)
  }

  @Test("a folder that takes no file is an error that says what to do")
  func noFolder() {
    let spill = CountSpill(folder: "/proc/nowhere")
    "a@example.net".withBytes { spill.add(AddressCount(), of: $0, to: 0) }
    let error = #expect(throws: AnalysisError.self) { try spill.forEachPart { $0 { _ in } } }
    #expect(
      error?.description
        == "/proc/nowhere: cannot keep the names that are counted there (No such file or directory). "
        + "Make room in it, or set TMPDIR to another folder.")
  }
}
