import Analysis
import Bytes
import Facts

extension TrafficTable {
  // MARK: Totals

  static func totals(of report: TrafficReport) -> TrafficTable {
    var table = TrafficTable(
      "totals", "Totals",
      note: "Messages are the truth: received counts messages, all else recipients, each once. Events are log lines, "
        + "counted as pflogsumm does.",
      columns: [
        .key("name", ""), .figure("messages", "messages"), .figure("events", "events"),
        .figure("notifications", "notifications"),
      ])
    func row(_ name: String, _ outcome: KeyPath<MessageCounts, Int>?, _ event: KeyPath<EventCounts, Int>?) {
      table.rows.append([
        .word(name), outcome.map { .count(report.messages[keyPath: $0]) } ?? .none,
        event.map { .count(report.events[keyPath: $0]) } ?? .none,
        outcome.map { .count(report.notifications[keyPath: $0]) } ?? .none,
      ])
    }
    row("received", \.received, \.received)
    row("delivered", \.delivered, \.delivered)
    row("relayed", \.relayed, nil)
    row("forwarded", nil, \.forwarded)
    row("bounced", \.bounced, \.bounced)
    row("deferred", \.deferred, \.deferred)
    row("deferrals", nil, \.deferrals)
    row("rejected", \.rejected, \.rejected)
    row("reject warnings", nil, \.rejectWarnings)
    row("discarded", \.discarded, \.discarded)
    row("held", \.held, \.held)
    row("expired", \.expired, \.expired)
    row("quarantined", \.quarantined, nil)
    row("expanded", \.expanded, nil)
    row("unknown", \.unknown, nil)
    let bytes = (report.bytes, report.eventBytes)
    table.rows.append([.word("bytes received"), .bytes(bytes.0.received), .bytes(bytes.1.received), .none])
    table.rows.append([.word("bytes delivered"), .bytes(bytes.0.delivered), .bytes(bytes.1.delivered), .none])
    let figures: [(String, Int?)] = [
      ("senders", report.distinct.senders), ("sending domains", report.distinct.sendingDomains),
      ("recipients", report.distinct.recipients), ("recipient domains", report.distinct.recipientDomains),
      ("connections", report.sessions?.connections), ("connections lost", report.sessions?.lost),
    ]
    for (name, value) in figures {
      if let value { table.rows.append([.word(name), .none, .count(value), .none]) }
    }
    return table
  }

  // MARK: Hours and days

  static func daily(of report: TrafficReport) -> TrafficTable {
    var table = TrafficTable("daily", "Per day", columns: [.key("day", "day")] + periodColumns)
    table.rows = report.daily.map { [.day($0.start)] + periodCells($0) }
    table.bars = 1
    return table
  }

  /// Each hour that had traffic, or each day, with messages and with events.
  static func periods(_ name: String, _ rows: [PeriodRow], start: (Timestamp) -> Cell) -> TrafficTable {
    let events = TrafficWords.events
    var table = TrafficTable(
      name, name,
      columns: [.key("start", "start")] + periodColumns.dropLast()
        + events.map { .figure("events_\($0.name)", "events \($0.name)") })
    table.rows = rows.map { row in
      [start(row.start)] + periodCells(row).dropLast() + events.map { .count(row.events[keyPath: $0.value]) }
    }
    return table
  }

  /// The hours of the one day, or the sums of each hour over all days.
  static func hoursOfDay(of report: TrafficReport, zone: TimeZone) -> TrafficTable {
    var table = TrafficTable("hourly", "Per hour", columns: [.key("hour", "hour")] + periodColumns)
    table.bars = 1
    guard report.daily.count > 1 else {
      table.rows = hours(of: report, zone: zone).map { [.hour($0.start)] + periodCells($0) }
      return table
    }
    table.title = "Per hour of the day"
    table.note = "Sums over \(report.daily.count) days."
    var sums = (0..<24).map { PeriodRow(start: Timestamp(seconds: Int64($0) * 3600)) }
    for row in report.hourly { sums[zone.civil(at: row.start).hour].add(row) }
    let utc = TrafficFigures(zone: .utc)
    table.rows = sums.map { [.word(utc.hour($0.start))] + periodCells($0) }
    return table
  }

  /// The hours with traffic, and those without where the period is no longer than a day.
  private static func hours(of report: TrafficReport, zone: TimeZone) -> [PeriodRow] {
    // The longest day has 25 hours.
    guard report.until.seconds &- report.since.seconds <= 25 * 3600, report.until > report.since else {
      return report.hourly
    }
    let civil = zone.civil(at: report.since)
    var start = report.since.seconds - Int64(civil.minute * 60 + civil.second)
    var rows = report.hourly
    let known = Set(rows.map { $0.start.seconds })
    while start < report.until.seconds {
      if !known.contains(start) { rows.append(PeriodRow(start: Timestamp(seconds: start))) }
      start += 3600
    }
    return rows.sorted { $0.start < $1.start }
  }

  private static var periodColumns: [Column] {
    [.figure("received", "received")] + TrafficWords.outcomes.map { .figure($0.rawValue, $0.rawValue) }
      + [.figure("deferrals", "deferrals")]
  }

  private static func periodCells(_ row: PeriodRow) -> [Cell] {
    [.count(row.messages.received)] + TrafficWords.outcomes.map { .count(row.messages[$0]) }
      + [.count(row.events.deferrals)]
  }

  // MARK: Lists

  static func list(_ list: TrafficWords.List, of report: TrafficReport) -> TrafficTable {
    var columns: [Column] = [.key("name", list.subject), .figure("count", list.unit)]
    if list.columns.contains(.bytes) { columns.append(.figure("bytes", "size")) }
    if list.columns.contains(.attempts) {
      columns += [
        .figure("deferrals", "deferrals"), .figure("bounced", "bounced"),
        .figure("average_delay_seconds", "avg delay"), .figure("maximum_delay_seconds", "max delay"),
      ]
    }
    var table = TrafficTable(list.name, list.title, columns: columns)
    table.rows = report.top[keyPath: list.rows].map { row in
      var cells: [Cell] = [.text(row.name), .count(row.count)]
      if list.columns.contains(.bytes) { cells.append(.bytes(row.bytes)) }
      if list.columns.contains(.attempts) {
        cells += [
          .count(row.deferrals), .count(row.bounced), row.averageDelay.map { .duration($0) } ?? .none,
          row.maximumDelay.map { .duration($0) } ?? .none,
        ]
      }
      return cells
    }
    return table
  }

  static func reasons(_ kind: ReasonRow.Kind, of report: TrafficReport) -> TrafficTable {
    var table = TrafficTable(
      "reasons_\(kind.name)", TrafficWords.title(of: kind),
      columns: [
        .key("reason", "reason"), .figure("count", "count"), .text("code", "code"), .text("enhanced_code", "status"),
        .text("example", "example"),
      ])
    table.rows = report.reasons.filter { $0.kind == kind }.map { row in
      [
        .text(row.reason), .count(row.count), row.code.map { .word(String($0)) } ?? .none,
        row.enhancedCode.map { .text($0) } ?? .none, row.example.map { .text($0) } ?? .none,
      ]
    }
    return table
  }

  // MARK: Percentiles

  static func delays(of report: TrafficReport) -> TrafficTable? {
    var all: [(String, Percentiles)] = report.delays.map { [("arrival to end", $0)] } ?? []
    all += report.delayParts.map { ($0.name.split(separator: "_").joined(separator: " "), $0.percentiles) }
    guard !all.isEmpty else { return nil }
    return percentiles("delays", "Delays", suffix: "_seconds", all) { .duration($0) }
  }

  static func sizes(of report: TrafficReport) -> TrafficTable? {
    report.sizes.map { percentiles("sizes", "Sizes", suffix: "_bytes", [("received messages", $0)]) { .bytes($0) } }
  }

  private static func percentiles(
    _ name: String, _ title: String, suffix: String, _ rows: [(String, Percentiles)], _ cell: (Int64) -> Cell
  ) -> TrafficTable {
    let figures = ["p50", "p90", "p95", "p99"].map { Column.figure($0 + suffix, $0) }
    var table = TrafficTable(
      name, title,
      columns: [.key("name", ""), .figure("count", "count")] + figures + [.figure("maximum" + suffix, "maximum")])
    table.rows = rows.map { name, p in
      [.word(name), .count(p.count), cell(p.p50), cell(p.p90), cell(p.p95), cell(p.p99), cell(p.maximum)]
    }
    return table
  }

  // MARK: Ledger

  static func ledger(of report: TrafficReport) -> TrafficTable {
    let outcomes = TrafficWords.outcomes.map { Column.figure($0.rawValue, $0.rawValue) }
    var table = TrafficTable(
      "ledger", "Ledger by host and day",
      columns: [.key("day", "day"), .key("host", "host"), .figure("accepted", "accepted")] + outcomes
        + [.figure("remainder", "remainder")])
    table.rows = report.ledger.rows.map { row in
      [.day(row.day), .text(row.host), .count(row.accepted)] + TrafficWords.outcomes.map { .count(row.outcomes[$0]) }
        + [.count(row.remainder)]
    }
    return table
  }

  static func open(of report: TrafficReport) -> TrafficTable {
    var table = TrafficTable("open", "Messages whose recipients do not add up", columns: [.key("message", "message")])
    table.rows = report.ledger.open.map { [.text($0)] }
    return table
  }
}

extension PeriodRow {
  fileprivate mutating func add(_ other: PeriodRow) {
    messages.received += other.messages.received
    for outcome in TrafficWords.outcomes { messages[outcome] += other.messages[outcome] }
    events.deferrals += other.events.deferrals
  }
}
