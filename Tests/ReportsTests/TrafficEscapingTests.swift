import Analysis
import Bytes
import Reports
import TestSupport
import Testing

struct TrafficEscapingTests {
  /// The report in every format, by the name of the format.
  private func screens(_ report: TrafficReport) -> [String: String] {
    let zone = TrafficSample.zone
    let writers: [(String, (inout ByteWriter) -> Void)] = [
      ("text", { TrafficText(width: 100, color: false, zone: zone).write(report, to: &$0) }),
      ("narrow", { TrafficText(width: 60, color: false, zone: zone).write(report, to: &$0) }),
      ("pflogsumm", { PflogsummText.write(report, zone: zone, to: &$0) }),
      ("csv", { TrafficCSV.write(report, zone: zone, to: &$0) }),
      ("markdown", { TrafficMarkdown.write(report, zone: zone, to: &$0) }),
      ("html", { TrafficHTML.write(report, zone: zone, to: &$0) }),
    ]
    var screens: [String: String] = [:]
    for (name, write) in writers {
      var out = ByteWriter()
      write(&out)
      screens[name] = String(validating: out.bytes, as: UTF8.self) ?? "not UTF-8"
    }
    return screens
  }

  @Test("no format lets control characters, turned text or broken UTF-8 through")
  func control() throws {
    for (name, screen) in screens(TrafficSample.day) {
      #expect(screen != "not UTF-8", "\(name)")
      #expect(!screen.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E }, "\(name)")
    }
    let text = try #require(screens(TrafficSample.day)["text"])
    #expect(text.contains("\\x1b[31m<script>\\u{202e}x|y@example.net"))
    #expect(text.contains("\\xffA"))
  }

  @Test("HTML and Markdown hold no markup of a name, a formula of CSV is text")
  func markup() throws {
    let screens = screens(TrafficSample.day)
    #expect(!screens["html"]!.contains("<script") && screens["html"]!.contains("&lt;script&gt;"))
    #expect(screens["html"]!.contains("=cmd|&#39; /C calc&#39;"))
    #expect(!screens["markdown"]!.contains("<script") && screens["markdown"]!.contains("\\|y&#64;example.net"))
    #expect(screens["csv"]!.contains("\r\nsenders,,'=cmd|' /C calc'!A0@example.org,count,1200\r\n"))
  }

  @Test(
    "a field of CSV with commas and quotes is quoted, and no cell is a formula", arguments: ["=1", "+1", "-1", "@a"])
  func formulas(_ name: String) throws {
    var report = TrafficSample.empty
    report.top.senders = [TopRow(name: TrafficSample.text(name + ",\"b\""), count: 1)]
    let csv = try #require(screens(report)["csv"])
    #expect(csv.contains("\r\nsenders,,\"'\(name),\"\"b\"\"\",count,1\r\n"))
  }

  @Test("no line of text is wider than asked for")
  func width() throws {
    var report = TrafficSample.twoDays
    report.top.relays[0].name = [UInt8](repeating: 0x61, count: 500)
    report.reasons[0].reason = TrafficSample.text(String(repeating: "漢字", count: 200))
    let screens = screens(report)
    for (name, limit) in [("text", 100), ("narrow", 60)] {
      for line in screens[name]!.split(separator: "\n") {
        let wide = line.unicodeScalars.count { (0x4E00...0x9FFF).contains($0.value) }
        #expect(line.unicodeScalars.count + wide <= limit, "\(line)")
      }
    }
    #expect(screens["text"]!.contains("…"))
  }

  @Test("random names and figures never stop a writer or break its UTF-8")
  func random() {
    let seed = UInt64.random(in: 0 ... .max)
    print("seed: \(seed)")
    var generator = SplitMix64(seed: seed)
    for _ in 0..<200 {
      var report = TrafficSample.twoDays
      let name = (0..<Int(generator.next() % 40)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      var row = TopRow(name: name, count: Int(truncatingIfNeeded: generator.next()))
      row.bytes = Int64(truncatingIfNeeded: generator.next())
      row.averageDelay = Int64(truncatingIfNeeded: generator.next())
      row.maximumDelay = .min
      report.top.relays = [row]
      report.top.recipientDomains = [row]
      report.hosts = [name]
      report.reasons[0].reason = name
      for (format, screen) in screens(report) {
        #expect(screen != "not UTF-8", "\(format), seed \(seed)")
        #expect(
          !screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\r" }, "\(format), seed \(seed)")
      }
    }
  }
}
