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
