import Analysis
import Bytes
import Correlation
import Ingest
import Store
import TestSupport
import Testing

@testable import mailflow

@Suite("counts with known truth")
struct TruthTests {
  @Test("messages are counted once, events as often as they are logged, and the ledger closes", arguments: 30...39)
  func counts(seed: UInt64) throws {
    print("seed \(seed)")
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 80)
    let result = try bench.ingest([bench.write("mail.log", log.lines.written())], into: "store.sqlite")
    let report = try bench.report("store.sqlite")
    var found = MailLog.Truth()
    found.received = report.messages.received
    found.receivedEvents = report.events.received
    found.delivered = report.messages.delivered
    found.relayed = report.messages.relayed
    found.bounced = report.messages.bounced
    found.deferred = report.messages.deferred
    found.held = report.messages.held
    found.rejections = report.events.rejected
    found.hops = result.counts.hops
    #expect(found == log.truth)
    #expect(report.ledger.remainder == 0)
    #expect(report.ledger.open.isEmpty)
  }

  @Test("the ledger closes however a log was cut", arguments: 40...44)
  func ledger(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let bench = Workbench()
    let pieces = MailLog(seed: seed, messages: 40).lines.cut(into: 4, using: &random)
    for (index, piece) in pieces.enumerated().shuffled(using: &random) {
      try bench.ingest([bench.write("\(index).log", piece.written())], into: "store.sqlite")
      #expect(try bench.report("store.sqlite").ledger.remainder == 0)
    }
  }

  @Test("a queue id that two hosts have, and one host twice, is three messages")
  func reusedID() throws {
    let bench = Workbench()
    try bench.ingest([bench.write("mail.log", MailLog(seed: 1, messages: 0).lines.written())], into: "store.sqlite")
    let hops = try bench.dump("store.sqlite").filter { $0.contains("\"queue_id\":\"\(MailLog.reusedID)\"") }
    #expect(hops.count == 3)
    #expect(hops.allSatisfy { !$0.contains("\"parent\"") })
    #expect(hops.filter { $0.contains("\"host\":\"mx1\"") }.count == 2)
    #expect(try bench.report("store.sqlite").messages.received == 3)
  }
}
