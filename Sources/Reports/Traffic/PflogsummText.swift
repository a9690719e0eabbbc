package import Analysis
package import Bytes
import Glibc

/// The traffic report in the layout of pflogsumm 1.1.5, from the counters of log lines.
///
/// The lists of senders and recipients count messages; the detail sections have reasons, without hosts or addresses
/// below them.
package enum PflogsummText {
  package static func write(_ report: TrafficReport, zone: TimeZone, to out: inout ByteWriter) {
    // The longest day has 25 hours.
    if report.daily.count <= 1, report.until.seconds &- report.since.seconds <= 25 * 3600 {
      out.write("Postfix log summaries for \(date(report.since, zone))\n")
    }
    writeTotals(report, to: &out)
    if report.daily.count > 1 { writeDays(report, zone, to: &out) }
    writeHours(report, zone, to: &out)
    writeDomains(report, to: &out)
    let lists: [(String, [TopRow], Bool)] = [
      ("Senders by message count", report.top.senders, false),
      ("Recipients by message count", report.top.recipients, false),
      ("Senders by message size", report.top.sendersBySize, true),
      ("Recipients by message size", report.top.recipientsBySize, true),
    ]
    for (title, rows, bySize) in lists {
      writeHeading(title, isEmpty: rows.isEmpty, to: &out)
      for row in rows { writeRow(bySize ? row.bytes : Int64(row.count), row.name, indent: " ", to: &out) }
    }
    writeReasons(report, to: &out)
  }

  // MARK: Totals

  private static func writeTotals(_ report: TrafficReport, to out: inout ByteWriter) {
    let events = report.events
    writeTitle("Grand Totals", to: &out)
    out.write("messages\n\n")
    let all = events.delivered + events.rejected + events.discarded
    func percent(_ count: Int) -> String { " (\(all > 0 ? Int(100 * Double(count) / Double(all)) : 0)%)" }
    let deferrals = events.deferrals > 0 ? "  (\(amount(Int64(events.deferrals), width: 0)) deferrals)" : ""
    let rows: [(Int, String)] = [
      (events.received, "received"), (events.delivered, "delivered"), (events.forwarded, "forwarded"),
      (events.deferred, "deferred" + deferrals), (events.bounced, "bounced"),
      (events.rejected, "rejected" + percent(events.rejected)), (events.rejectWarnings, "reject warnings"),
      (events.held, "held"), (events.discarded, "discarded" + percent(events.discarded)),
    ]
    for (count, label) in rows { out.write(" \(amount(Int64(count)))  \(label)\n") }
    out.write("\n")
    let distinct = report.distinct
    let more: [(Int64, String)] = [
      (report.eventBytes.received, "bytes received"), (report.eventBytes.delivered, "bytes delivered"),
      (Int64(distinct.senders), "senders"), (Int64(distinct.sendingDomains), "sending hosts/domains"),
      (Int64(distinct.recipients), "recipients"), (Int64(distinct.recipientDomains), "recipient hosts/domains"),
    ]
    for (count, label) in more { out.write(" \(amount(count))  \(label)\n") }
    out.write("\n")
  }

  // MARK: Days and hours

  private static func writeDays(_ report: TrafficReport, _ zone: TimeZone, to out: inout ByteWriter) {
    writeTitle("Per-Day Traffic Summary", to: &out)
    writePeriodHead("date", to: &out)
    for row in report.daily {
      out.write("    \(date(row.start, zone)) \(zone.civil(at: row.start).year)")
      for value in columns(row.events) { out.write("    \(amount(Int64(value)))") }
      out.write("\n")
    }
  }

  private static func writeHours(_ report: TrafficReport, _ zone: TimeZone, to out: inout ByteWriter) {
    let days = max(1, report.daily.count)
    writeTitle("Per-Hour Traffic \(days > 1 ? "Daily Average" : "Summary")", to: &out)
    writePeriodHead("time", to: &out)
    var sums = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 24)
    for row in report.hourly {
      let hour = zone.civil(at: row.start).hour
      for (column, value) in columns(row.events).enumerated() { sums[hour][column] += value }
    }
    for (hour, values) in sums.enumerated() {
      out.write("    ")
      out.write(digits: UInt64(hour), width: 2)
      out.write("00-")
      out.write(digits: UInt64(hour + 1), width: 2)
      out.write("00  ")
      for value in values { out.write("    \(amount(Int64((Double(value) / Double(days) + 0.5).rounded(.down))))") }
      out.write("\n")
    }
  }

  private static func writePeriodHead(_ first: String, to out: inout ByteWriter) {
    out.write("    \(first)          received  delivered   deferred    bounced     rejected\n")
    out.write("    \(String(repeating: "-", count: 68))\n")
  }

  /// The deferred column counts attempts; the rejected column has warnings, holds and discards too.
  private static func columns(_ events: EventCounts) -> [Int] {
    [
      events.received, events.delivered, events.deferrals, events.bounced,
      events.rejected + events.rejectWarnings + events.held + events.discarded,
    ]
  }

  // MARK: Domains

  private static func writeDomains(_ report: TrafficReport, to out: inout ByteWriter) {
    writeTitle("Host/Domain Summary: Message Delivery ", to: &out)
    out.write(" sent cnt  bytes   defers   avg dly max dly host/domain\n")
    out.write(" -------- -------  -------  ------- ------- -----------\n")
    // Domains that only bounced are not among pflogsumm's.
    for row in sorted(report.top.recipientDomains) where row.count > 0 || row.deferrals > 0 {
      out.write(" \(amount(Int64(row.count)))  \(amount(row.bytes))  \(amount(Int64(row.deferrals)))")
      out.write("  \(delay(row.averageDelay ?? 0))  \(delay(row.maximumDelay ?? 0))  ")
      writeLine(row.name, to: &out)
    }
    writeTitle("Host/Domain Summary: Messages Received ", to: &out)
    out.write(" msg cnt   bytes   host/domain\n")
    out.write(" -------- -------  -----------\n")
    for row in sorted(report.top.sendingDomains) {
      out.write(" \(amount(Int64(row.count)))  \(amount(row.bytes))  ")
      writeLine(row.name, to: &out)
    }
  }

  private static func sorted(_ rows: [TopRow]) -> [TopRow] {
    rows.enumerated().sorted {
      let (a, b) = ($0.element, $1.element)
      return a.count != b.count ? a.count > b.count : a.bytes != b.bytes ? a.bytes > b.bytes : $0.offset < $1.offset
    }.map { $0.element }
  }

  // MARK: Reasons

  private static func writeReasons(_ report: TrafficReport, to out: inout ByteWriter) {
    let sections: [(String, Set<ReasonRow.Kind>)] = [
      ("message deferral detail", [.deferral]), ("message bounce detail (by relay)", [.bounce]),
      ("message reject detail", [.reject]), ("message reject warning detail", [.rejectWarning]),
      ("message hold detail", [.hold]), ("message discard detail", [.discard]), ("Warnings", [.login, .warning]),
      ("Fatal Errors", [.error]), ("Master daemon messages", [.lifecycle]),
    ]
    for (title, kinds) in sections {
      let rows = report.reasons.filter { kinds.contains($0.kind) }
      writeHeading(title, isEmpty: rows.isEmpty, to: &out)
      for row in rows { writeRow(Int64(row.count), row.reason, indent: "  ", to: &out) }
    }
  }

  // MARK: Lines

  private static func writeTitle(_ title: String, to out: inout ByteWriter) {
    out.write("\n\(title)\n\(String(repeating: "-", count: title.utf8.count))\n")
  }

  private static func writeHeading(_ title: String, isEmpty: Bool, to out: inout ByteWriter) {
    if isEmpty { out.write("\n\(title): none\n") } else { writeTitle(title, to: &out) }
  }

  private static func writeRow(_ count: Int64, _ name: [UInt8], indent: StaticString, to out: inout ByteWriter) {
    out.write(indent)
    out.write("\(amount(count))  ")
    writeLine(name, to: &out)
  }

  private static func writeLine(_ text: [UInt8], to out: inout ByteWriter) {
    TrafficEscaping.visible(text).withBytes { out.write($0) }
    out.write("\n")
  }

  /// `Oct 24`, `Oct  4`.
  private static func date(_ time: Timestamp, _ zone: TimeZone) -> String {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let civil = zone.civil(at: time)
    return "\(months[civil.month - 1]) \(aligned(String(civil.day), 2))"
  }

  /// More than 512 k in k, more than 512 m in m, cut off and not rounded; the unit is a blank else.
  private static func amount(_ value: Int64, width: Int = 6) -> String {
    if value > 512 << 20 { return aligned(String(value >> 20), width) + "m" }
    if value > 512 << 10 { return aligned(String(value >> 10), width) + "k" }
    return aligned(String(value), width) + " "
  }

  /// A delay in seconds, more than a minute in minutes, more than an hour in hours; one decimal place.
  private static func delay(_ microseconds: Int64) -> String {
    let value = max(0, microseconds)
    let (unit, name): (Int64, String) =
      value > 3_600_000_000 ? (3_600_000_000, "h") : value > 60_000_000 ? (60_000_000, "m") : (1_000_000, "s")
    // Rounded as printf(3) does, and so Perl: 0.25 is 0.2, and 0.35, which is a little less, is 0.3.
    var digits = [CChar](repeating: 0, count: 32)
    _ = withVaList([Double(value) / Double(unit)]) { vsnprintf(&digits, digits.count, "%5.1f", $0) }
    return "\(String(decoding: digits.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)) \(name)"
  }

  private static func aligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
