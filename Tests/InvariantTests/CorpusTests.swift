import Analysis
import Correlation
import Foundation
import Ingest
import Store
import TestSupport
import Testing

@testable import mailflow

@Suite("logs of real servers")
struct CorpusTests {
  private let bench = Workbench()

  @Test("the logs of three hosts make the same store in any order and number of runs", arguments: 90...94)
  func ignoresOrder(seed: UInt64) throws {
    guard let logs = Corpus.logs() else { return }
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    try bench.ingest(logs, into: "whole.sqlite", year: 2026)
    let expected = mail(try bench.dump("whole.sqlite"))
    let report = try bench.report("whole.sqlite")
    #expect(report.ledger.remainder == 0, "\(report.ledger.open.map { String(decoding: $0, as: UTF8.self) })")
    for path in logs.shuffled(using: &random) { try bench.ingest([path], into: "single.sqlite", year: 2026) }
    expectEqual(mail(try bench.dump("single.sqlite")), expected, "one by one, seed \(seed)")
    try bench.ingest(logs.shuffled(using: &random), into: "single.sqlite", year: 2026)
    expectEqual(mail(try bench.dump("single.sqlite")), expected, "again, seed \(seed)")
  }

  @Test("a host's log cut into pieces makes the same store", arguments: 95...99)
  func ignoresSplitting(seed: UInt64) throws {
    guard let logs = Corpus.logs() else { return }
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let path = try #require(logs.first { $0.hasSuffix("mailstore.example.net/mail.log.1") })
    try bench.ingest([path], into: "whole.sqlite")
    let lines = try String(contentsOfFile: path, encoding: .isoLatin1).split(separator: "\n").map(String.init)
    // Stamps of one second are equal in their first 19 characters.
    let places = lines.indices.dropFirst().filter { lines[$0].prefix(19) != lines[$0 - 1].prefix(19) }
    let cuts = [0] + places.shuffled(using: &random).prefix(6).sorted() + [lines.count]
    let pieces = zip(cuts, cuts.dropFirst()).enumerated().map { index, cut in
      let text = lines[cut.0..<cut.1].joined(separator: "\n") + "\n"
      return bench.write("\(index).log", Array(text.data(using: .isoLatin1)!))
    }
    for piece in pieces.shuffled(using: &random) { try bench.ingest([piece], into: "pieces.sqlite") }
    expectEqual(mail(try bench.dump("pieces.sqlite")), mail(try bench.dump("whole.sqlite")), "seed \(seed)")
  }

  /// A dump without sessions: those of one process within one second are one row, whose end depends on what was read.
  private func mail(_ dump: [String]) -> [String] { dump.filter { !$0.hasPrefix("{\"kind\":\"session\"") } }
}

/// Material beside the checkout that is too large to be part of it.
private enum Corpus {
  /// All log files of the Postfix corpus; nil, and said so, where it is absent.
  static func logs() -> [String]? {
    guard let folder = shared?.appendingPathComponent("corpus/postfix/logs"),
      let walk = FileManager.default.enumerator(atPath: folder.path)
    else {
      print("skipped: shared/corpus/postfix/logs is not there")
      return nil
    }
    let names = walk.compactMap { $0 as? String }.sorted()
    return names.map { folder.appendingPathComponent($0) }.filter { !$0.hasDirectoryPath }.map(\.path)
  }

  /// The folder `shared` named by MAILFLOW_SHARED, or beside one of the folders above this file.
  private static let shared: URL? = {
    if let path = ProcessInfo.processInfo.environment["MAILFLOW_SHARED"] { return URL(fileURLWithPath: path) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("shared")
      if FileManager.default.fileExists(atPath: candidate.appendingPathComponent("corpus").path) { return candidate }
      folder.deleteLastPathComponent()
    }
    return nil
  }()
}
