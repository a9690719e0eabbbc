package import Analysis
package import Bytes
import Facts

/// The traffic report as CSV (RFC 4180) with one figure on a line, so that every line has the same five columns:
///
///     section,time,name,measure,value
///     hourly,2026-10-24 02:00:00 +02:00,,received,120
///     recipient_domains,,example.org,average_delay_seconds,1.25
///
/// Sizes are bytes, durations seconds. A cell that a spreadsheet would take for a formula begins with `'`.
package enum TrafficCSV {
  package static func write(_ report: TrafficReport, zone: TimeZone, to out: inout ByteWriter) {
    let figures = TrafficFigures(zone: zone)
    out.write("section,time,name,measure,value\r\n")
    let period = [
      ("since", figures.moment(report.since)), ("until", figures.moment(report.until)), ("timezone", report.timeZone),
    ]
    for (name, value) in period {
      writeLine(["period", "", "", name].map { Array($0.utf8) } + [Array(value.utf8)], to: &out)
    }
    for host in report.hosts { writeLine([Array("period".utf8), [], [], Array("host".utf8), host], to: &out) }
    var tables = [TrafficTable.totals(of: report)]
    tables.append(.periods("hourly", report.hourly) { .hour($0) })
    tables.append(.periods("daily", report.daily) { .day($0) })
    tables += TrafficWords.lists.map { .list($0, of: report) }
    tables += ReasonRow.Kind.allCases.map { .reasons($0, of: report) }
    tables += [TrafficTable.delays(of: report), TrafficTable.sizes(of: report)].compactMap { $0 }
    tables.append(.ledger(of: report))
    for table in tables { write(table, figures, to: &out) }
    writeLine(["ledger", "", "", "accepted", String(report.ledger.accepted)].map { Array($0.utf8) }, to: &out)
    for outcome in TrafficWords.outcomes {
      let count = String(report.ledger.outcomes[outcome])
      writeLine(["ledger", "", "", outcome.rawValue, count].map { Array($0.utf8) }, to: &out)
    }
    writeRemainder(report.ledger.remainder, to: &out)
    for message in report.ledger.open {
      writeLine([Array("open".utf8), [], message, Array("remainder".utf8), []], to: &out)
    }
    if let lines = report.unrecognizedLines {
      writeLine(["lines", "", "", "unrecognized", String(lines)].map { Array($0.utf8) }, to: &out)
    }
  }

  private static func write(_ table: TrafficTable, _ figures: TrafficFigures, to out: inout ByteWriter) {
    for row in table.rows {
      var time: [UInt8] = []
      var name: [UInt8] = []
      for (column, cell) in zip(table.columns, row) where column.isKey {
        switch cell {
        case .day(let start): time = Array(figures.day(start).utf8)
        case .hour(let start): time = Array(figures.moment(start).utf8)
        default: name = plain(cell)
        }
      }
      for (column, cell) in zip(table.columns, row) where !column.isKey {
        if case .none = cell { continue }
        out.write(table.name)
        for field in [time, name, Array(column.name.utf8)] {
          out.write(byte: 0x2C)
          write(field, to: &out)
        }
        out.write(byte: 0x2C)
        // Figures are ours: a minus sign is no formula.
        if column.isFigure { plain(cell).withBytes { out.write($0) } } else { write(plain(cell), to: &out) }
        out.write("\r\n")
      }
    }
  }

  private static func writeRemainder(_ remainder: Int, to out: inout ByteWriter) {
    out.write("ledger,,,remainder,")
    out.write(Int64(remainder))
    out.write("\r\n")
  }

  private static func writeLine(_ fields: [[UInt8]], to out: inout ByteWriter) {
    for (index, field) in fields.enumerated() {
      if index > 0 { out.write(byte: 0x2C) }
      write(field, to: &out)
    }
    out.write("\r\n")
  }

  private static func write(_ field: [UInt8], to out: inout ByteWriter) {
    TrafficEscaping.csv(TrafficEscaping.visible(field)).withBytes { out.write($0) }
  }

  private static func plain(_ cell: TrafficTable.Cell) -> [UInt8] {
    var out = ByteWriter()
    switch cell {
    case .text(let text): return text
    case .word(let word): out.write(word)
    case .count(let count): out.write(Int64(count))
    case .bytes(let bytes): out.write(bytes)
    case .duration(let microseconds): out.write(millionths: microseconds)
    case .day, .hour, .none: break
    }
    return out.bytes
  }
}
