import Store
import TestSupport
import Testing

@testable import mailflow

@Suite("the order in which logs are read")
struct OrderTests {
  @Test("files read in any order, at once or one by one, make the same store", arguments: 1...4)
  func ignoresOrder(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 60)
    let whole = bench.write("whole.log", log.lines.written())
    try bench.ingest([whole], into: "whole.sqlite")
    let expected = try bench.dump("whole.sqlite")
    #expect(!expected.isEmpty)

    let paths = ["mx1", "mx2"].map { host in bench.write("\(host).log", log.lines.filter { $0.host == host }.written())
    }
    try bench.ingest(paths, into: "together.sqlite")
    expectEqual(try bench.dump("together.sqlite"), expected, "hosts together, seed \(seed)")
    try bench.ingest(paths.reversed(), into: "backwards.sqlite")
    expectEqual(try bench.dump("backwards.sqlite"), expected, "hosts together, backwards, seed \(seed)")
    for path in paths.shuffled(using: &random) { try bench.ingest([path], into: "single.sqlite") }
    expectEqual(try bench.dump("single.sqlite"), expected, "hosts one by one, seed \(seed)")
  }

  @Test("a log cut into pieces that are read in any order makes the same store", arguments: 1...12)
  func ignoresSplitting(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed &* 77)
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 40)
    try bench.ingest([bench.write("whole.log", log.lines.written())], into: "whole.sqlite")
    let pieces = log.lines.cut(into: Int.random(in: 2...9, using: &random), using: &random)
    let paths = pieces.enumerated().map { bench.write("piece-\($0.offset).log", $0.element.written()) }
    for path in paths.shuffled(using: &random) { try bench.ingest([path], into: "pieces.sqlite") }
    expectEqual(try bench.dump("pieces.sqlite"), try bench.dump("whole.sqlite"), "seed \(seed)")
    try bench.ingest(paths.shuffled(using: &random), into: "together.sqlite")
    expectEqual(try bench.dump("together.sqlite"), try bench.dump("whole.sqlite"), "pieces together, seed \(seed)")
  }

  @Test("hosts whose clocks are an hour apart are joined, too, where the store has something already")
  func clocksApart() throws {
    let bench = Workbench()
    let log = MailLog(seed: 5, messages: 60)
    let late = log.lines.map { line in
      var line = line
      if line.host == "mx2" { line.time += 3_600_000_000 }
      return line
    }
    let other = bench.write("other.log", MailLog(seed: 6, messages: 1).lines.filter { $0.host == "mx2" }.written())
    let paths = ["mx1", "mx2"].map { host in bench.write("\(host).log", late.filter { $0.host == host }.written()) }
    try bench.ingest(paths + [other], into: "together.sqlite")
    try bench.ingest([other], into: "store.sqlite")
    try bench.ingest(paths, into: "store.sqlite")
    expectEqual(try bench.dump("store.sqlite"), try bench.dump("together.sqlite"), "added")
  }

  @Test("a refused recipient that is all that a log tells of a queue id is no message")
  func loneRefusal() throws {
    let bench = Workbench()
    let line = LogLine(
      time: MailLog.start + 1, host: "mx1",
      text: "postfix/smtpd[9]: 4XsQk100001zt2: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <no@example.net>: "
        + "Recipient address rejected: User unknown; from=<ann@example.com> to=<no@example.net> proto=ESMTP helo=<a>")
    let counts = try bench.ingest([bench.write("mail.log", [line].written())], into: "store.sqlite").counts
    #expect((counts.hops, counts.rejections) == (0, 1))
  }

  @Test("a rule that chooses a filter hides none that holds the message, in one piece or in two")
  func rulesOfOneMessage() throws {
    let bench = Workbench()
    let (client, smtpd) = ("a.example[192.0.2.1]", "postfix/smtpd[9]: ")
    func rule(_ action: String, _ recipient: String) -> String {
      smtpd + "NOQUEUE: \(action): RCPT from \(client): <\(recipient)>: Recipient address on the list; "
        + "from=<ann@example.com> to=<\(recipient)> proto=ESMTP helo=<a>"
    }
    let texts = [
      rule("hold", "bob@example.net"), rule("filter", "eve@example.net"), smtpd + "4XsQk100001zt2: client=\(client)",
      "postfix/cleanup[8]: 4XsQk100001zt2: message-id=<1@example.com>",
    ]
    let lines = texts.enumerated().map { number, text in
      LogLine(time: MailLog.start + Int64(number) * 2_000_000, host: "mx1", text: text)
    }
    try bench.ingest([bench.write("whole.log", lines.written())], into: "whole.sqlite")
    for piece in [lines.prefix(3), lines.suffix(1)] {
      try bench.ingest([bench.write("piece-\(piece.count).log", Array(piece).written())], into: "pieces.sqlite")
    }
    let expected = try bench.dump("whole.sqlite")
    #expect(expected.contains { $0.contains("\"unnamed\":1") })
    expectEqual(try bench.dump("pieces.sqlite"), expected, "in two pieces")
  }

  @Test("a log whose lines are dealt out to pieces makes the same store", arguments: 1...6)
  func ignoresDealing(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed &* 55)
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 40)
    for style in [StampStyle.fine, .traditional] {
      let whole = bench.write("whole.log", log.lines.written(style))
      try bench.ingest([whole], into: "whole\(style).sqlite", year: 2026)
      let paths = log.lines.dealt(to: 4, using: &random).enumerated().map {
        bench.write("piece-\($0.offset).log", $0.element.written(style))
      }
      for path in paths.shuffled(using: &random) { try bench.ingest([path], into: "pieces\(style).sqlite", year: 2026) }
      let expected = try bench.dump("whole\(style).sqlite")
      expectEqual(try bench.dump("pieces\(style).sqlite"), expected, "one by one, seed \(seed)")
      try bench.ingest(paths.shuffled(using: &random), into: "together\(style).sqlite", year: 2026)
      expectEqual(try bench.dump("together\(style).sqlite"), expected, "together, seed \(seed)")
    }
  }

  @Test("lines that come out of their order by some seconds make the same store", arguments: 1...4)
  func ignoresJitter(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed &* 33)
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 40)
    try bench.ingest([bench.write("whole.log", log.lines.written())], into: "whole.sqlite")
    let late = log.lines.map { (Int64.random(in: 0..<3_000_000, using: &random) + $0.time, $0) }
    let shuffled = late.sorted { $0.0 < $1.0 }.map(\.1)
    try bench.ingest([bench.write("jitter.log", shuffled.written())], into: "jitter.sqlite")
    expectEqual(try bench.dump("jitter.sqlite"), try bench.dump("whole.sqlite"), "seed \(seed)")
  }

  @Test("pieces with traditional stamps make the same store as the whole when the year is given", arguments: 1...3)
  func ignoresSplittingOfTraditionalStamps(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed &* 99)
    let bench = Workbench()
    let log = MailLog(seed: seed, messages: 40)
    try bench.ingest([bench.write("whole.log", log.lines.written(.traditional))], into: "whole.sqlite", year: 2026)
    let paths = log.lines.cut(into: 5, using: &random).enumerated().map {
      bench.write("piece-\($0.offset).log", $0.element.written(.traditional))
    }
    for path in paths.shuffled(using: &random) { try bench.ingest([path], into: "pieces.sqlite", year: 2026) }
    expectEqual(try bench.dump("pieces.sqlite"), try bench.dump("whole.sqlite"), "seed \(seed)")
  }
}
