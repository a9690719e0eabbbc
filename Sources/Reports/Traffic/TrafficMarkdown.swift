package import Analysis
package import Bytes

/// The traffic report in Markdown, with the tables of GitHub's dialect.
package enum TrafficMarkdown {
  package static func write(_ report: TrafficReport, zone: TimeZone, to out: inout ByteWriter) {
    let figures = TrafficFigures(zone: zone)
    let document = TrafficDocument(of: report, figures: figures)
    out.write("# \(document.title)\n\n")
    for line in document.head {
      out.write("- \(line.name): ")
      write(line.value, figures, to: &out)
      out.write("\n")
    }
    out.write("\nLedger: \(document.ledgerSentence)\n")
    for table in document.tables { write(table, figures, to: &out) }
    for note in document.notes { out.write("\n\(note)\n") }
  }

  private static func write(_ table: TrafficTable, _ figures: TrafficFigures, to out: inout ByteWriter) {
    out.write("\n## \(table.title)\n\n")
    if let note = table.note { out.write("\(note)\n\n") }
    out.write("|")
    for column in table.columns { out.write(" \(column.title) |") }
    out.write("\n|")
    for column in table.columns { out.write(column.isFigure ? " ---: |" : " --- |") }
    out.write("\n")
    for row in table.rows {
      out.write("|")
      for cell in row {
        out.write(" ")
        write(cell, figures, to: &out)
        out.write(" |")
      }
      out.write("\n")
    }
  }

  private static func write(_ cell: TrafficTable.Cell, _ figures: TrafficFigures, to out: inout ByteWriter) {
    // What we wrote ourselves has no markup.
    if case .text(let text) = cell {
      TrafficEscaping.markdown(text).withBytes { out.write($0) }
    } else {
      figures.text(cell).withBytes { out.write($0) }
    }
  }
}
