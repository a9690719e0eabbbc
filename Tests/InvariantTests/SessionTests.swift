import Foundation
import Testing

@Suite("sessions from log to store")
struct SessionTests {
  private let bench = Workbench()

  /// The ends of the sessions in a store of `texts`, each half a second after the one before, by client.
  private func ends(_ texts: [String]) throws -> [String: [String]] {
    let lines = texts.enumerated().map {
      LogLine(time: MailLog.start + Int64($0.offset) * 500_000 + 1, host: "mx1", text: $0.element)
    }
    try bench.ingest([bench.write("mail.log", lines.written())], into: "store.sqlite")
    var ends: [String: [String]] = [:]
    for line in try bench.dump("store.sqlite") where line.contains("\"kind\":\"session\"") {
      ends[value("client_address", of: line) ?? "", default: []].append(value("ended", of: line) ?? "open")
    }
    return ends
  }

  private func value(_ key: String, of line: String) -> String? {
    guard let start = line.range(of: "\"\(key)\":") else { return nil }
    return String(line[start.upperBound...].prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" })
  }

  /// The three lines of a session that lasts for hours, and of one behind it by the same process.
  private let long = [
    LogLine(time: MailLog.start + 1, host: "mx1", text: "postfix/smtpd[9]: connect from a.example[192.0.2.1]"),
    LogLine(
      time: MailLog.start + 700_001, host: "mx1",
      text: "postfix/smtpd[9]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv1.3 with cipher "
        + "TLS_AES_256_GCM_SHA384 (256/256 bits)"),
    LogLine(
      time: MailLog.start + 3 * 3_600_000_000 + 1, host: "mx1",
      text: "postfix/smtpd[9]: disconnect from a.example[192.0.2.1] ehlo=2 starttls=1 quit=1 commands=4"),
    LogLine(
      time: MailLog.start + 3 * 3_600_000_000 + 11, host: "mx1",
      text: "postfix/smtpd[9]: connect from a.example[192.0.2.1]"),
    LogLine(
      time: MailLog.start + 3 * 3_600_000_000 + 5_000_011, host: "mx1",
      text: "postfix/smtpd[9]: disconnect from a.example[192.0.2.1] quit=1 commands=1"),
  ]

  @Test(
    "a session whose lines are read one by one is the same in any order",
    arguments: [
      [0, 1, 2, 3, 4], [0, 2, 1, 4, 3], [2, 0, 4, 1, 3], [4, 3, 2, 1, 0], [3, 0, 4, 2, 1], [1, 3, 0, 4, 2],
    ])
  func singleLines(order: [Int]) throws {
    try bench.ingest([bench.write("whole.log", long.written())], into: "whole.sqlite")
    for place in order {
      try bench.ingest([bench.write("\(place).log", [long[place]].written())], into: "single.sqlite")
    }
    expectEqual(try bench.dump("single.sqlite"), try bench.dump("whole.sqlite"), "order \(order)")
  }

  @Test("the end of a long session that is read again is known")
  func repeatedEnd() throws {
    try bench.ingest([bench.write("whole.log", long.written())], into: "store.sqlite")
    let before = try bench.dump("store.sqlite")
    for count in 1...4 {
      try bench.ingest([bench.write("tail-\(count).log", long.suffix(count).written())], into: "store.sqlite")
      expectEqual(try bench.dump("store.sqlite"), before, "its last \(count) lines")
    }
  }

  @Test("a copy that lacks lines adds nothing to the log that has them", arguments: 0..<5, [true, false])
  func copyWithGap(missing: Int, copyFirst: Bool) throws {
    try bench.ingest([bench.write("whole.log", long.written())], into: "whole.sqlite")
    var lines = long
    lines.removeSubrange(missing..<min(missing + 2, lines.count))
    let copy = bench.write("copy.log", lines.written())
    let paths = copyFirst ? [copy, "\(bench.path)/whole.log"] : ["\(bench.path)/whole.log", copy]
    for path in paths { try bench.ingest([path], into: "both.sqlite") }
    expectEqual(try bench.dump("both.sqlite"), try bench.dump("whole.sqlite"), "one by one")
    try bench.ingest(paths, into: "together.sqlite")
    expectEqual(try bench.dump("together.sqlite"), try bench.dump("whole.sqlite"), "together")
  }

  @Test("one process that serves many clients at once ends each client's session by its own line")
  func postscreen() throws {
    let ends = try ends([
      "postfix/postscreen[45]: CONNECT from [192.0.2.1]:1001 to [198.51.100.1]:25",
      "postfix/postscreen[45]: CONNECT from [192.0.2.2]:1002 to [198.51.100.1]:25",
      "postfix/postscreen[45]: CONNECT from [192.0.2.3]:1003 to [198.51.100.1]:25",
      "postfix/postscreen[45]: CONNECT from [192.0.2.1]:1004 to [198.51.100.1]:25",
      "postfix/postscreen[45]: PREGREET 5 after 0.1 from [192.0.2.2]:1002: QUIT\\r\\n",
      "postfix/tlsproxy[46]: Anonymous TLS connection established from [192.0.2.2]:1002: TLSv1.3 with cipher "
        + "TLS_AES_256_GCM_SHA384 (256/256 bits)",
      "postfix/postscreen[45]: DISCONNECT [192.0.2.1]:1001",
      "postfix/postscreen[45]: PASS OLD [192.0.2.3]:1003",
      "postfix/postscreen[45]: DISCONNECT [192.0.2.2]:1002",
    ])
    #expect(ends.mapValues(\.count) == ["192.0.2.1": 2, "192.0.2.2": 1, "192.0.2.3": 1])
    #expect(ends["192.0.2.1"]?.sorted() == ["\(MailLog.start + 3_000_001)", "open"])
    #expect(ends["192.0.2.2"] == ["\(MailLog.start + 4_000_001)"])
    #expect(ends["192.0.2.3"] == ["\(MailLog.start + 3_500_001)"])
  }
}
