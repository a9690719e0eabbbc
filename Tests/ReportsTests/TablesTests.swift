import Bytes
import Foundation
import Testing

@testable import Reports

@Suite("Tables and summaries")
struct TablesTests {
  static let table = QueryTable(
    columns: ["name", "count", "share"],
    rows: [
      [.text(TraceSample.text("=cmd|'x'")), .integer(12), .real(0.5)],
      [.text(TraceSample.text("a \"b\", c\nd")), .null, .real(-2.25)],
    ])

  func written(_ body: (inout ByteWriter) -> Void) -> String {
    var out = ByteWriter()
    body(&out)
    return out.string
  }

  @Test("CSV is quoted as RFC 4180 says, and holds no formulas")
  func csv() {
    #expect(
      written { Self.table.writeCSV(to: &$0) }
        == "name,count,share\r\n'=cmd|'x',12,0.5\r\n\"a \"\"b\"\", c\nd\",,-2.25\r\n")
    var writer = CSVWriter()
    writer.row(["+1 800", "-5", "@x", "\tx", "-x", ""])
    #expect(writer.out.string == "'+1 800,-5,'@x,'\tx,'-x,\r\n")
  }

  @Test("JSON is an array of objects without NULLs")
  func json() {
    #expect(
      written { Self.table.writeJSON(to: &$0) }
        == #"[{"name":"=cmd|'x'","count":12,"share":0.5},{"name":"a \"b\", c\nd","share":-2.25}]"# + "\n")
  }

  @Test("text is aligned, numbers to the right")
  func text() {
    #expect(
      written { Self.table.writeText(to: &$0, terminal: TraceSample.plain) } == #"""
        name           count  share
        =cmd|'x'          12    0.5
        a "b", c\x0ad      –  -2.25

        """#)
  }

  @Test("numbers of any size, names with tricks and rows too long do not stop a table")
  func extremes() throws {
    let reals = [Double.infinity, -.infinity, .nan, 1e300, -1e300, 1e-300, -0.0]
    let table = QueryTable(
      columns: ["\u{1B}x"], rows: reals.map { [.real($0), .integer(.min)] } + [[], [.integer(.max)]])
    let text = written { table.writeText(to: &$0, terminal: TraceSample.plain) }
    #expect(text.hasPrefix(#"\x1bx"#) || text.contains(#" \x1bx"#))
    let json = written { table.writeJSON(to: &$0) }
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(rows.count == 9)
    #expect(rows[0].isEmpty)
    #expect(rows[3]["\u{1B}x"] as? Double == 1e300)
    #expect(!written { table.writeCSV(to: &$0) }.isEmpty)
  }

  static var summary: IngestSummary {
    var read = IngestSummary.Source(path: "mail.log")
    read.format = "syslog"
    (read.bytes, read.lines, read.recognized, read.ignored, read.unrecognized) = (120_344, 1203, 1200, 2, 1)
    read.first = TraceSample.time(0)
    var again = IngestSummary.Source(path: "mail.log.1\u{1B}")
    again.skipped = "already read"
    var broken = IngestSummary.Source(path: "x.gz")
    broken.error = "damaged after 12 bytes"
    var summary = IngestSummary()
    summary.sources = [read, again, broken]
    (summary.messages, summary.hops, summary.deliveries, summary.microseconds) = (1000, 1100, 1250, 430_000)
    return summary
  }

  @Test("an ingest tells for each source what was read, and what came of it")
  func ingestText() {
    #expect(
      written { Self.summary.writeText(to: &$0, terminal: TraceSample.plain, zone: TraceSample.zone) } == #"""
        source    format  lines  recognized  ignored  unrecognized
        mail.log  syslog  1,203       1,200        2             1

        Left out mail.log.1\x1b: already read.
        1,000 messages in 1,100 hops, 1,250 delivery attempts, 0 refusals, 0 sessions.
        118 KiB in 0.43 s.
        1 line was not recognized: see mailflow unrecognized.

        """#)
  }

  @Test("what was left out is told by reason, and long paths leave room for the counts")
  func ingestOfMany() {
    var summary = Self.summary
    summary.sources[0].path = "/var/log/of-a-host-with-a-long-name.example.net/mail.log"
    for name in ["README", "notes"] {
      var other = IngestSummary.Source(path: name)
      other.skipped = "no log"
      summary.sources.append(other)
    }
    let text = written {
      summary.writeText(to: &$0, terminal: Terminal(width: 80, color: false), zone: TraceSample.zone)
    }
    #expect(text.contains("\n…/mail.log  syslog  1,203  "))
    #expect(text.contains("\nLeft out mail.log.1\\x1b: already read.\nLeft out 2 files: no log.\n"))
  }

  @Test("an ingest as JSON counts every line of every source")
  func ingestJSON() throws {
    var json = JSONWriter()
    Self.summary.writeJSON(to: &json)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.out.bytes)) as? [String: Any])
    let sources = try #require(document["sources"] as? [[String: Any]])
    #expect(sources[0]["first"] as? String == "2026-10-24T00:00:00Z")
    #expect(sources[0]["skipped"] == nil)
    #expect(sources[1]["skipped"] as? String == "already read")
    #expect(sources[2]["error"] as? String == "damaged after 12 bytes")
    let totals = try #require(document["totals"] as? [String: Int])
    #expect(totals["lines"] == 1203)
    #expect(totals["raw_messages"] == 0)
    #expect(document["seconds"] as? Double == 0.43)
  }

  @Test("templates of lines that were not understood are shown with a place to look at")
  func templates() {
    let rows = TemplateRows(rows: [
      .init(
        template: TraceSample.text("lost \u{1B} #"), count: 1200, example: TraceSample.text("lost 7"),
        source: "mail.log", line: 9)
    ])
    #expect(
      written { rows.writeText(to: &$0, terminal: TraceSample.plain) } == "1,200  lost \\x1b #\n       mail.log:9\n")
    var json = JSONWriter()
    rows.writeJSON(to: &json)
    #expect(
      json.out.string
        == #"[{"template":"lost \u001b #","count":1200,"example":"lost 7","source":"mail.log","line":9}]"#)
    #expect(written { TemplateRows(rows: []).writeText(to: &$0, terminal: TraceSample.plain) }.hasPrefix("Every line"))
  }
}
