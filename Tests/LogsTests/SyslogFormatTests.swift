import Bytes
import Facts
import Testing

@testable import Logs

@Suite("Telling a log's format")
struct SyslogFormatTests {
  func detect(_ text: String) -> LogFormat? { text.withBytes { LogFormat.detect($0) } }

  @Test(
    "each format is told from its first lines",
    arguments: [
      ("Jan  5 00:00:16 mx2 a[1]: x\nJan  5 00:00:17 mx2 a[1]: y\n", LogFormat.syslogRFC3164),
      ("2026-01-05T00:00:16Z mx2 a[1]: x\n", .syslogRFC3339),
      ("<22>1 2026-01-05T00:00:16Z mx2 a 1 - - x\r\n", .syslogRFC5424),
      ("2026-10-26 08:20:02 #1(main) <a>; x; y\n", .rspamd),
      ("{\"__REALTIME_TIMESTAMP\":\"1792768222394813\",\"MESSAGE\":\"x\"}\n", .journalJSON),
      ("{\n\t\"__CURSOR\" : \"x\",\n", .journalJSONPretty),
      ("__CURSOR=s=1\n__REALTIME_TIMESTAMP=1792768222394813\n\n", .journalExport),
      ("Jan  5 00:00:16 mx2 a[1]: x", .syslogRFC3164),
      ("# a comment\n# another\nJan  5 00:00:16 mx2 a[1]: x\n", .syslogRFC3164),
      ("damaged\nJan  5 00:00:16 mx2 a[1]: x\nJan  5 00:00:17 mx2 a[1]: y\n", .syslogRFC3164),
    ])
  func detects(text: String, format: LogFormat) { #expect(detect(text) == format) }

  @Test(
    "what is no log is not taken for one",
    arguments: [
      "", "\n\n", "Received: from a by b\nSubject: x\n\nJan  5 00:00:16 mx2 a[1]: x\n",
      "220 mx1 ESMTP\nEHLO a\n250 ok\n",
      "{\"a\":1}\n", "{\n \"a\": 1\n}\n", "2026-01-05 00:00:16 1abc-0001-X <= a@example.org\n", "\u{1F}\u{8B}\u{8}",
    ])
  func refuses(text: String) { #expect(detect(text) == nil) }

  @Test("the first stamp of a source is found without reading it")
  func firstTime() {
    let options = LogOptions(anchor: Timestamp(seconds: CivilTime(year: 2026, month: 11, day: 24).secondsSince1970))
    func first(_ text: String, _ format: LogFormat) -> String? {
      text.withBytes { LogReader.firstTime(of: $0, format: format, options: options)?.rfc3339 }
    }
    #expect(first("damaged\nJan  5 00:00:16 mx2 a[1]: x\n", .syslogRFC3164) == "2026-01-05T00:00:16Z")
    #expect(first("2026-01-05T00:00:16Z mx2 a[1]: x\n", .syslogRFC3164) == "2026-01-05T00:00:16Z")
    #expect(first("__REALTIME_TIMESTAMP=1000000\nMESSAGE=x\n\n", .journalExport) == "1970-01-01T00:00:01Z")
    #expect(first("damaged\n", .syslogRFC3164) == nil)
  }

  @Test("more programs than are remembered are still read")
  func manyPrograms() {
    let source = SourceReading()
    for round in 0..<2 {
      for i in 0..<2000 {
        #expect(source.read("Jan  5 00:00:16 mx2 program-\(i)[1]: x").recognition == .recognized, "round \(round)")
      }
    }
    #expect(source.read("Jan  5 00:00:16 mx2 cron[1]: x").recognition == .ignored)
  }
}
