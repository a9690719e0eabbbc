import Analysis
import Bytes
import Facts

/// The report as titles, sentences and tables, before any format is chosen.
struct TrafficDocument {
  let title = "Mail traffic"
  /// What the report is about: period, zone, hosts.
  private(set) var head: [(name: String, value: TrafficTable.Cell)] = []
  /// What the books say.
  private(set) var ledgerSentence: String
  /// What a reader should know before trusting the figures.
  private(set) var notes: [String] = []
  private(set) var tables: [TrafficTable] = []

  /// For people: only what has something to say; hours as those of one day.
  init(of report: TrafficReport, figures: TrafficFigures) {
    ledgerSentence = TrafficDocument.sentence(of: report.ledger)
    head = TrafficDocument.head(of: report, figures: figures)
    if let lines = report.unrecognizedLines, lines > 0 {
      let amount = Quantities.count(lines)
      notes.append(
        "\(amount) line\(lines == 1 ? " was" : "s were") not recognized; `mailflow unrecognized` lists their kinds.")
    }
    tables.append(TrafficTable.totals(of: report))
    let always: Set = ["received", "delivered"]
    if report.daily.count > 1 { tables.append(TrafficTable.daily(of: report).withoutEmptyColumns(keep: always)) }
    let hours = TrafficTable.hoursOfDay(of: report, zone: figures.zone)
    tables.append(hours.withoutEmptyColumns(keep: always))
    for list in TrafficWords.lists where !report.top[keyPath: list.rows].isEmpty {
      tables.append(TrafficTable.list(list, of: report).withoutEmptyColumns(keep: ["count"]))
    }
    for kind in ReasonRow.Kind.allCases where report.reasons.contains(where: { $0.kind == kind }) {
      tables.append(TrafficTable.reasons(kind, of: report).withoutEmptyColumns(keep: ["count"]))
    }
    if let delays = TrafficTable.delays(of: report) { tables.append(delays) }
    if let sizes = TrafficTable.sizes(of: report) { tables.append(sizes) }
    if report.ledger.rows.count > 1 || report.ledger.remainder != 0 {
      tables.append(TrafficTable.ledger(of: report).withoutEmptyColumns(keep: ["accepted", "delivered", "remainder"]))
    }
    if !report.ledger.open.isEmpty { tables.append(TrafficTable.open(of: report)) }
  }

  private static func head(
    of report: TrafficReport, figures: TrafficFigures
  ) -> [(name: String, value: TrafficTable.Cell)] {
    var hosts: [UInt8] = []
    for host in report.hosts {
      if !hosts.isEmpty { hosts += Array(", ".utf8) }
      hosts += host
    }
    return [
      ("from", .word(figures.moment(report.since))), ("until", .word(figures.moment(report.until))),
      ("zone", .word(report.timeZone)), ("hosts", hosts.isEmpty ? .word("none") : .text(hosts)),
    ]
  }

  /// `accepted 10 = delivered 8 + relayed 1 + deferred 1, remainder 0.`
  private static func sentence(of ledger: Ledger) -> String {
    let parts = TrafficWords.outcomes.filter { ledger.outcomes[$0] != 0 && $0 != .expanded }
      .map { "\($0.rawValue) \(Quantities.count(ledger.outcomes[$0]))" }
    let sum = parts.isEmpty ? "0" : parts.joined(separator: " + ")
    let amount = Quantities.count(ledger.accepted)
    let expanded = ledger.outcomes.expanded
    let also = expanded > 0 ? " Beside them, \(Quantities.count(expanded)) were expanded into others." : ""
    return "accepted \(amount) = \(sum), remainder \(Quantities.count(ledger.remainder)).\(also)"
  }
}
