package import Analysis
package import Bytes
import Facts

/// The traffic report as one JSON object. Days and hours are given by the moment at which they begin, in UTC.
package enum TrafficJSON {
  package static func write(_ report: TrafficReport, to json: inout JSONWriter) {
    json.beginObject()
    json.object("period") { json in
      json.member("since", time: report.since)
      json.member("until", time: report.until)
      json.member("timezone", report.timeZone)
      json.array("hosts", report.hosts) { json, host in host.withBytes { json.value($0) } }
    }
    json.object("totals") { writeTotals(of: report, to: &$0) }
    json.array("hourly", report.hourly) { write($1, to: &$0) }
    json.array("daily", report.daily) { write($1, to: &$0) }
    json.object("top") { write(report.top, to: &$0) }
    json.array("reasons", report.reasons) { write($1, to: &$0) }
    if let delays = report.delays { json.object("delays") { writeSeconds(delays, to: &$0) } }
    if !report.delayParts.isEmpty {
      json.object("delay_parts") { json in
        for part in report.delayParts {
          json.key(part.name)
          json.beginObject()
          writeSeconds(part.percentiles, to: &json)
          json.endObject()
        }
      }
    }
    if let sizes = report.sizes { json.object("sizes") { writeBytes(sizes, to: &$0) } }
    json.object("ledger") { write(report.ledger, to: &$0) }
    json.member("unrecognized_lines", report.unrecognizedLines)
    json.endObject()
  }

  // MARK: Totals

  private static func writeTotals(of report: TrafficReport, to json: inout JSONWriter) {
    json.object("messages") { writeMessages(report.messages, to: &$0) }
    json.object("notifications") { writeMessages(report.notifications, to: &$0) }
    json.object("events") { writeEvents(report.events, to: &$0) }
    json.object("bytes") { json in
      json.member("received", report.bytes.received)
      json.member("delivered", report.bytes.delivered)
    }
    json.object("event_bytes") { json in
      json.member("received", report.eventBytes.received)
      json.member("delivered", report.eventBytes.delivered)
    }
    json.member("senders", report.distinct.senders)
    json.member("recipients", report.distinct.recipients)
    json.member("sending_domains", report.distinct.sendingDomains)
    json.member("recipient_domains", report.distinct.recipientDomains)
    if let sessions = report.sessions {
      json.object("sessions") { json in
        json.member("connections", sessions.connections)
        json.member("lost", sessions.lost)
      }
    }
  }

  private static func writeMessages(_ counts: MessageCounts, to json: inout JSONWriter) {
    json.member("received", counts.received)
    writeOutcomes(counts, to: &json)
  }

  private static func writeOutcomes(_ counts: MessageCounts, to json: inout JSONWriter) {
    for outcome in TrafficWords.outcomes {
      json.key(outcome.rawValue)
      json.value(counts[outcome])
    }
  }

  private static func writeEvents(_ counts: EventCounts, to json: inout JSONWriter) {
    for (name, value) in TrafficWords.events {
      json.key(name)
      json.value(counts[keyPath: value])
    }
  }

  // MARK: Rows

  private static func write(_ row: PeriodRow, to json: inout JSONWriter) {
    json.beginObject()
    json.member("start", time: row.start)
    writeMessages(row.messages, to: &json)
    json.member("deferrals", row.events.deferrals)
    json.object("events") { writeEvents(row.events, to: &$0) }
    json.endObject()
  }

  private static func write(_ top: TopLists, to json: inout JSONWriter) {
    for list in TrafficWords.lists {
      json.key(list.name)
      json.beginArray()
      for row in top[keyPath: list.rows] { write(row, columns: list.columns, to: &json) }
      json.endArray()
    }
  }

  private static func write(_ row: TopRow, columns: TrafficWords.Columns, to json: inout JSONWriter) {
    json.beginObject()
    row.name.withBytes { json.member("name", $0) }
    json.member("count", row.count)
    if columns.contains(.bytes) { json.member("bytes", row.bytes) }
    if columns.contains(.attempts) {
      json.member("deferrals", row.deferrals)
      json.member("bounced", row.bounced)
      json.member("average_delay_seconds", millionths: row.averageDelay)
      json.member("maximum_delay_seconds", millionths: row.maximumDelay)
    }
    json.endObject()
  }

  private static func write(_ row: ReasonRow, to json: inout JSONWriter) {
    json.beginObject()
    json.member("kind", row.kind.name)
    row.reason.withBytes { json.member("reason", $0) }
    json.member("count", row.count)
    json.member("code", row.code)
    if let code = row.enhancedCode { code.withBytes { json.member("enhanced_code", $0) } }
    if let example = row.example { example.withBytes { json.member("example", $0) } }
    json.endObject()
  }

  // MARK: Percentiles

  private static func writeSeconds(_ values: Percentiles, to json: inout JSONWriter) {
    json.member("count", values.count)
    json.member("p50_seconds", millionths: values.p50)
    json.member("p90_seconds", millionths: values.p90)
    json.member("p95_seconds", millionths: values.p95)
    json.member("p99_seconds", millionths: values.p99)
    json.member("maximum_seconds", millionths: values.maximum)
    json.member("sum_seconds", millionths: values.sum)
  }

  private static func writeBytes(_ values: Percentiles, to json: inout JSONWriter) {
    json.member("count", values.count)
    json.member("p50", values.p50)
    json.member("p90", values.p90)
    json.member("p95", values.p95)
    json.member("p99", values.p99)
    json.member("maximum", values.maximum)
    json.member("sum", values.sum)
  }

  // MARK: Ledger

  private static func write(_ ledger: Ledger, to json: inout JSONWriter) {
    json.member("accepted", ledger.accepted)
    writeOutcomes(ledger.outcomes, to: &json)
    json.member("remainder", ledger.remainder)
    json.array("hosts", ledger.rows) { json, row in
      json.beginObject()
      row.host.withBytes { json.member("host", $0) }
      json.member("day", time: row.day)
      json.member("accepted", row.accepted)
      writeOutcomes(row.outcomes, to: &json)
      json.member("remainder", row.remainder)
      json.endObject()
    }
    json.array("open", ledger.open) { json, id in id.withBytes { json.value($0) } }
  }
}
