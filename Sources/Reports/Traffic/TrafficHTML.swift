package import Analysis
package import Bytes

/// The traffic report as one HTML page that needs nothing else: no script, no other files.
package enum TrafficHTML {
  package static func write(_ report: TrafficReport, zone: TimeZone, to out: inout ByteWriter) {
    let figures = TrafficFigures(zone: zone)
    let document = TrafficDocument(of: report, figures: figures)
    out.write(head)
    out.write("<h1>\(document.title)</h1>\n<dl>\n")
    for line in document.head {
      out.write("<dt>\(line.name)</dt><dd>")
      write(figures.text(line.value), to: &out)
      out.write("</dd>\n")
    }
    out.write("</dl>\n<p>Ledger: \(document.ledgerSentence)</p>\n")
    for table in document.tables { write(table, figures, to: &out) }
    for note in document.notes {
      out.write("<p>")
      write(Array(note.utf8), to: &out)
      out.write("</p>\n")
    }
    out.write("</main>\n</body>\n</html>\n")
  }

  private static func write(_ table: TrafficTable, _ figures: TrafficFigures, to out: inout ByteWriter) {
    out.write("<section id=\"\(table.name)\">\n<h2>\(table.title)</h2>\n")
    if let note = table.note { out.write("<p>\(note)</p>\n") }
    out.write("<div><table>\n<thead><tr>")
    for column in table.columns {
      out.write(column.isFigure ? "<th class=\"figure\" scope=\"col\">" : "<th scope=\"col\">")
      out.write("\(column.title)</th>")
    }
    if table.bars != nil { out.write("<th></th>") }
    out.write("</tr></thead>\n<tbody>\n")
    for row in table.rows {
      out.write("<tr>")
      for (column, cell) in zip(table.columns, row) {
        out.write(column.isFigure ? "<td class=\"figure\">" : "<td>")
        write(figures.text(cell), to: &out)
        out.write("</td>")
      }
      if let bars = table.bars { writeBar(row[bars].count, of: table.tallest, to: &out) }
      out.write("</tr>\n")
    }
    out.write("</tbody>\n</table></div>\n</section>\n")
  }

  /// A bar of up to 200 pixels.
  private static func writeBar(_ value: Int, of tallest: Int, to out: inout ByteWriter) {
    let width = tallest > 0 ? Int(Double(value) / Double(tallest) * 200) : 0
    out.write("<td><svg width=\"200\" height=\"10\" aria-hidden=\"true\">")
    out.write("<rect width=\"\(width)\" height=\"10\"/></svg></td>")
  }

  private static func write(_ text: [UInt8], to out: inout ByteWriter) {
    TrafficEscaping.html(text).withBytes { out.write($0) }
  }

  private static let head: StaticString = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>Mail traffic</title>
    <style>
    :root { color-scheme: light dark; --ink: #1d232b; --paper: #fff; --line: #d5dae0; --bar: #3b6fb6; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #dde3ea; --paper: #14181d; --line: #333b45; --bar: #6ea0e6; }
    }
    body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
      font: 15px/1.45 system-ui, sans-serif; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
    dd { margin: 0; }
    div { overflow-x: auto; }
    table { border-collapse: collapse; }
    th, td { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line);
      vertical-align: top; overflow-wrap: anywhere; }
    .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    rect { fill: var(--bar); }
    </style>
    </head>
    <body>
    <main>

    """
}
