package import Bytes

/// What one `mailflow ingest` read and gave to the store.
package struct IngestSummary {
  package struct Source {
    package var path: String
    package var format: String?
    /// Unpacked bytes that were read.
    package var bytes: Int64 = 0
    package var lines: Int64 = 0
    package var recognized: Int64 = 0
    package var ignored: Int64 = 0
    package var unrecognized: Int64 = 0
    package var first: Timestamp?
    package var last: Timestamp?
    package var skipped: String?
    package var error: String?

    package init(path: String) { self.path = path }

    /// Nothing of it could be read.
    fileprivate var isUnread: Bool { error != nil && lines == 0 }
  }

  package var sources: [Source] = []
  package var messages = 0
  package var hops = 0
  package var deliveries = 0
  package var rejections = 0
  package var sessions = 0
  package var rawMessages = 0
  /// How long it took.
  package var microseconds: Int64 = 0

  package init() {}

  package func writeJSON(to json: inout JSONWriter) {
    json.beginObject()
    json.array("sources", sources) { json, source in
      json.beginObject()
      json.member("path", source.path)
      json.member("format", source.format)
      IngestSummary.writeCounts(of: source, &json)
      json.member("first", time: source.first)
      json.member("last", time: source.last)
      json.member("skipped", source.skipped)
      json.member("error", source.error)
      json.endObject()
    }
    json.object("totals") { json in
      IngestSummary.writeCounts(of: total, &json)
      json.member("messages", messages)
      json.member("hops", hops)
      json.member("deliveries", deliveries)
      json.member("rejections", rejections)
      json.member("sessions", sessions)
      json.member("raw_messages", rawMessages)
    }
    json.member("seconds", millionths: microseconds)
    json.endObject()
  }

  private static func writeCounts(of source: Source, _ json: inout JSONWriter) {
    json.member("bytes", source.bytes)
    json.member("lines", source.lines)
    json.member("recognized", source.recognized)
    json.member("ignored", source.ignored)
    json.member("unrecognized", source.unrecognized)
  }

  private var total: Source {
    sources.reduce(into: Source(path: "")) { sum, source in
      sum.bytes += source.bytes
      sum.lines += source.lines
      sum.recognized += source.recognized
      sum.ignored += source.ignored
      sum.unrecognized += source.unrecognized
    }
  }

  /// Writes nothing where no source could be read: the errors say all.
  package func writeText(to out: inout ByteWriter, terminal: Terminal, zone: TimeZone) {
    guard sources.isEmpty || !sources.allSatisfy(\.isUnread) else { return }
    let read = sources.filter { !$0.isUnread && $0.skipped == nil }
    if !read.isEmpty {
      // Paths differ at their ends; the counts must stay on the screen.
      let room = max(20, terminal.width - 60)
      var table = Columns([.left, .left, .right, .right, .right, .right])
      table.add(["source", "format", "lines", "recognized", "ignored", "unrecognized"])
      for source in read {
        let path = Escaping.cutPath(Escaping.shown(Array(source.path.utf8)), to: room)
        table.add([path, source.format ?? "–"] + IngestSummary.cells(source))
      }
      if read.count > 1 { table.add(["total", ""] + IngestSummary.cells(total)) }
      table.write(to: &out)
      out.write("\n")
    }
    writeSkipped(to: &out, terminal: terminal)
    let sum = total
    if read.isEmpty { return out.write("Nothing new was read.\n") }
    out.write("\(IngestSummary.number(messages, "message")) in \(IngestSummary.number(hops, "hop")), ")
    out.write("\(IngestSummary.number(deliveries, "delivery attempt")), ")
    out.write("\(IngestSummary.number(rejections, "refusal")), \(IngestSummary.number(sessions, "session"))")
    out.write(rawMessages > 0 ? ", \(IngestSummary.number(rawMessages, "raw message")).\n" : ".\n")
    if hops == 0 && rejections == 0 && rawMessages == 0 {
      out.write("No mail was found in these lines: mailflow reads logs of Postfix and of the filters around it.\n")
    }
    out.write("\(Quantities.bytes(sum.bytes)) in \(Quantities.duration(microseconds)).\n")
    if sum.unrecognized > 0 {
      let lines = sum.unrecognized == 1 ? "1 line was" : "\(Quantities.count(sum.unrecognized)) lines were"
      out.write("\(lines) not recognized: see mailflow unrecognized.\n")
    }
  }

  /// What was left out: a file by its name, several by their number and the reason.
  private func writeSkipped(to out: inout ByteWriter, terminal: Terminal) {
    var reasons: [(reason: String, paths: [String])] = []
    for source in sources {
      guard let skipped = source.skipped else { continue }
      if let index = reasons.firstIndex(where: { $0.reason == skipped }) {
        reasons[index].paths.append(source.path)
      } else {
        reasons.append((skipped, [source.path]))
      }
    }
    for (reason, paths) in reasons {
      let what =
        paths.count == 1 ? Escaping.shown(Array(paths[0].utf8)) : "\(Quantities.count(paths.count)) files"
      let sentence = "Left out \(what): \(Escaping.shown(Array(reason.utf8)))."
      out.write(Wrapping.wrap(sentence, width: terminal.width, indent: 0) + "\n")
    }
  }

  private static func number(_ count: Int, _ noun: String) -> String {
    "\(Quantities.count(count)) \(count == 1 ? noun : noun + "s")"
  }

  private static func cells(_ source: Source) -> [String] {
    [source.lines, source.recognized, source.ignored, source.unrecognized].map { Quantities.count($0) }
  }
}

/// The answer of `mailflow unrecognized`.
package struct TemplateRows {
  package struct Row {
    package var template: [UInt8]
    package var count: Int64
    package var example: [UInt8]
    package var source: String
    package var line: Int64

    package init(template: [UInt8], count: Int64, example: [UInt8], source: String, line: Int64) {
      (self.template, self.count, self.example, self.source, self.line) = (template, count, example, source, line)
    }
  }

  private let rows: [Row]

  package init(rows: [Row]) { self.rows = rows }

  package func writeJSON(to json: inout JSONWriter) {
    json.beginArray()
    for row in rows {
      json.beginObject()
      json.member("template", row.template)
      json.member("count", row.count)
      json.member("example", row.example)
      json.member("source", row.source)
      json.member("line", row.line)
      json.endObject()
    }
    json.endArray()
  }

  package func writeText(to out: inout ByteWriter, terminal: Terminal) {
    if rows.isEmpty {
      out.write("Every line was recognized, or is known to say nothing about mail.\n")
      return
    }
    var table = Columns([.right, .left])
    for row in rows {
      table.add([Quantities.count(row.count), Escaping.shown(row.template)])
      table.add(["", terminal.styled("\(Escaping.shown(Array(row.source.utf8))):\(row.line)", .dim)])
    }
    table.write(to: &out)
  }
}
