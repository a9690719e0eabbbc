import Analysis
import Bytes
import Ingest
import Store
import TestSupport
import Testing

@testable import mailflow

@Suite("lines of any kind")
struct LineCountTests {
  @Test("each line is counted once: recognised, ignored or unrecognised", arguments: 50...57)
  func addsUp(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let bench = Workbench()
    let good = MailLog(seed: seed, messages: 20).lines.written().split(separator: "\n")
    var bytes: [UInt8] = []
    var count: Int64 = 0
    for line in good {
      // The first lines stay whole, so that the format is told.
      if count > 5 && Int.random(in: 0..<3, using: &random) == 0 {
        bytes += garbage(from: Array(line.utf8), using: &random)
        bytes.append(0x0A)
        count += 1
      }
      bytes += Array(line.utf8)
      bytes.append(0x0A)
      count += 1
    }
    let result = try bench.ingest([bench.write("mail.log", bytes)], into: "store.sqlite")
    let counts = result.results[0].counts
    #expect(counts.recognized + counts.ignored + counts.unrecognized == count)
    #expect(counts.unrecognized > 0)
    #expect(result.results[0].templates.reduce(0) { $0 + $1.count } == counts.unrecognized)
    // Changed lines may contradict the good ones; then the books say which messages do not add up.
    let ledger = try bench.report("store.sqlite").ledger
    #expect(ledger.remainder == 0 || !ledger.open.isEmpty)
  }

  /// A line of random bytes, or a good one that was cut, changed or lengthened.
  private func garbage(from line: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var bytes: [UInt8] = []
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 1: bytes = Array(line.prefix(Int.random(in: 1...line.count, using: &random)))
    case 2:
      bytes = line
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    default:
      let middle = Int.random(in: line.indices, using: &random)
      bytes = line[..<middle] + line
    }
    return bytes.filter { $0 != 0x0A && $0 != 0x0D } + [0x2E]
  }
}
