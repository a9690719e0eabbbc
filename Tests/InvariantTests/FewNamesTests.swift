import Analysis
import Bytes
import Correlation
import Glibc
import Ingest
import TestSupport
import Testing

@testable import Store
@testable import mailflow

@Suite("names that are forgotten while logs are read")
struct FewNamesTests {
  private let bench = Workbench()

  /// A log, also cut into pieces of one host each.
  private func write(_ seed: UInt64) -> (whole: String, hosts: [String]) {
    let log = MailLog(seed: seed, messages: 80)
    let hosts = ["mx1", "mx2"].map { host in bench.write("\(host).log", log.lines.filter { $0.host == host }.written())
    }
    return (bench.write("whole.log", log.lines.written()), hosts)
  }

  private func withNames<R>(_ names: Int, _ body: () throws -> R) throws -> R {
    try Correlation.Limits.$names.withValue(names) {
      try Correlation.Limits.$factsBetweenRenewals.withValue(1, operation: body)
    }
  }

  @Test("a store is the same, however few names are in memory", arguments: 1...8 as ClosedRange<UInt64>, [2, 10, 40])
  func sameStore(seed: UInt64, names: Int) throws {
    print("seed \(seed)")
    let (whole, hosts) = write(seed)
    try bench.ingest([whole], into: "whole.sqlite")
    let expected = try bench.dump("whole.sqlite")
    try withNames(names) {
      try bench.ingest([whole], into: "few.sqlite")
      try bench.ingest(hosts, into: "together.sqlite")
      for path in hosts { try bench.ingest([path], into: "single.sqlite") }
      // More are forgotten than rows are remembered of: the index is made while rows go in.
      try RowIndex.$limit.withValue(3) { try bench.ingest([whole], into: "indexed.sqlite") }
      // Rows that come out of order are inserted at the end, and indices are sorted in runs.
      try RowWindow.$limit.withValue((rows: 2, bytes: 1 << 20)) {
        try EntrySorter.$limit.withValue(300) { try bench.ingest([whole], into: "late.sqlite") }
      }
    }
    for store in ["few", "together", "single", "indexed", "late"] {
      expectEqual(try bench.dump("\(store).sqlite"), expected, "\(store), seed \(seed), \(names) names")
    }
  }

  @Test("a report is the same, however few names are in memory", arguments: 1...8 as ClosedRange<UInt64>, [2, 10, 40])
  func sameReport(seed: UInt64, names: Int) throws {
    print("seed \(seed)")
    let (whole, hosts) = write(seed)
    for paths in [[whole], hosts] {
      for limit in [0, 3] {
        let expected = try report(paths, limit)
        #expect(!expected.isEmpty)
        #expect(try withNames(names) { try report(paths, limit) } == expected)
      }
    }
  }

  @Test("a report from a store is the same, however few names are in memory", arguments: [1, 3])
  func sameReportFromStore(names: Int) throws {
    try bench.ingest([write(7).whole], into: "whole.sqlite")
    let expected = String(describing: try bench.report("whole.sqlite"))
    // A reader holds some times as many.
    let found = try withNames(names) { try bench.report("whole.sqlite") }
    #expect(String(describing: found) == expected)
  }

  /// The report of files, in words.
  private func report(_ paths: [String], _ limit: Int) throws -> String {
    var query = ReportQuery(since: Timestamp(seconds: 0), until: Timestamp(seconds: 4_000_000_000), zone: .utc)
    query.top = limit
    let lexicon = Lexicon()
    let tally = Tally(query, lexicon: lexicon)
    let assembler = Assembler(lexicon: lexicon, keeper: tally, keepsEvidence: false)
    let reading = InputReading(
      paths, options: IngestOptions(timeZone: .utc), quiet: true, narration: Narration(isOn: false, zone: .utc))
    _ = reading.run(ledger: NoLedger(), sink: assembler)
    assembler.finish()
    return String(describing: try tally.finish())
  }
}
