package import Analysis
package import Bytes

/// The traffic report as text for people: as wide as the terminal, and never wider than a ticket takes.
package struct TrafficText {
  private let width: Int
  private let color: Bool
  private let figures: TrafficFigures

  package init(terminal: Terminal, zone: TimeZone) {
    self.init(width: terminal.width, color: terminal.color, zone: zone)
  }

  /// - Parameter width: columns; more than 100 are not used.
  package init(width: Int, color: Bool, zone: TimeZone) {
    self.width = min(100, max(60, width))
    self.color = color
    figures = TrafficFigures(zone: zone)
  }

  package func write(_ report: TrafficReport, to out: inout ByteWriter) {
    let document = TrafficDocument(of: report, figures: figures)
    writeTitle(document.title, to: &out)
    for line in document.head {
      let label = line.name + String(repeating: " ", count: 7 - line.name.utf8.count)
      writeWrapped(label, TrafficEscaping.visible(figures.text(line.value)), to: &out)
    }
    out.write("\n")
    writeWrapped("ledger ", Array(document.ledgerSentence.utf8), to: &out)
    for table in document.tables { write(table, to: &out) }
    if !document.notes.isEmpty { out.write("\n") }
    for note in document.notes { writeWrapped("", Array(note.utf8), to: &out) }
  }

  private func writeTitle(_ title: String, to out: inout ByteWriter) {
    out.write(color ? "\u{1b}[1m\(title)\u{1b}[0m\n" : "\(title)\n")
  }

  /// Words in lines, the later ones indented as far as the first one's label.
  private func writeWrapped(_ label: String, _ text: [UInt8], to out: inout ByteWriter) {
    let indent = label.utf8.count
    var column = indent
    out.write(label)
    for word in text.split(separator: 0x20) {
      let size = TrafficEscaping.width(Array(word))
      if column > indent {
        if column + 1 + size > width {
          out.write("\n" + String(repeating: " ", count: indent))
          column = indent
        } else {
          out.write(" ")
          column += 1
        }
      }
      Array(word).withBytes { out.write($0) }
      column += size
    }
    out.write("\n")
  }

  // MARK: Tables

  private func write(_ table: TrafficTable, to out: inout ByteWriter) {
    out.write("\n")
    writeTitle(table.title, to: &out)
    if let note = table.note { writeWrapped("", Array(note.utf8), to: &out) }
    if isFitting(table, gap: 1) && !isFitting(table, gap: 2) { return writeLines(of: table, gap: 1, to: &out) }
    for part in parts(of: table) { writeLines(of: part, gap: 2, to: &out) }
  }

  /// Whether a table of figures fits with so many spaces between its columns.
  private func isFitting(_ table: TrafficTable, gap: Int) -> Bool {
    let columns = table.columns.indices
    return columns.allSatisfy { !table.columns[$0].isText }
      && columns.reduce(2 + (columns.count - 1) * gap) { $0 + widest($1, of: table) } <= width
  }

  /// A table that fits, or its columns of figures in several tables below each other.
  private func parts(of table: TrafficTable) -> [TrafficTable] {
    let keys = table.columns.indices.filter { table.columns[$0].isKey }
    var parts: [[Int]] = [keys]
    let least = keys.reduce(2) { $0 + min(widest($1, of: table), 24) + 2 }
    var used = least
    for column in table.columns.indices where !table.columns[column].isKey {
      let needed = widest(column, of: table) + 2
      if used + needed > width && parts[parts.count - 1].count > keys.count && table.columns[column].isFigure {
        parts.append(keys)
        used = least
      }
      parts[parts.count - 1].append(column)
      used += needed
    }
    return parts.map { columns in
      var part = table
      part.columns = columns.map { table.columns[$0] }
      part.rows = table.rows.map { row in columns.map { row[$0] } }
      part.bars = table.bars.flatMap { columns.firstIndex(of: $0) }
      return part
    }
  }

  private func widest(_ column: Int, of table: TrafficTable) -> Int {
    table.rows.reduce(TrafficEscaping.width(Array(table.columns[column].title.utf8))) {
      max($0, TrafficEscaping.width(TrafficEscaping.visible(figures.text($1[column]))))
    }
  }

  private func writeLines(of table: TrafficTable, gap: Int, to out: inout ByteWriter) {
    var cells = table.rows.map { $0.map { TrafficEscaping.visible(figures.text($0)) } }
    cells.insert(table.columns.map { Array($0.title.utf8) }, at: 0)
    let widths = fittingWidths(of: table, cells, gap: gap)
    let room = width - widths.reduce(2) { $0 + $1 + gap }
    for (line, row) in cells.enumerated() {
      var text: [UInt8] = []
      var pending = 2
      for (column, cell) in row.enumerated() {
        let cell = TrafficEscaping.cut(cell, to: widths[column])
        let blank = widths[column] - TrafficEscaping.width(cell)
        let isFigure = table.columns[column].isFigure
        if !cell.isEmpty {
          text += [UInt8](repeating: 0x20, count: pending + (isFigure ? blank : 0)) + cell
          pending = isFigure ? 0 : blank
        } else {
          pending += blank
        }
        pending += gap
      }
      if let bars = table.bars, line > 0, room >= 4 {
        let bar = self.bar(table.rows[line - 1][bars].count, of: table.tallest, columns: min(room, 20))
        if !bar.isEmpty { text += [UInt8](repeating: 0x20, count: pending) + Array(bar.utf8) }
      }
      let isHead = line == 0 && color
      if isHead { out.write("\u{1b}[2m") }
      text.withBytes { out.write($0) }
      out.write(isHead ? "\u{1b}[0m\n" : "\n")
    }
  }

  /// Widths in which all columns have room: only text gives way, the widest first.
  private func fittingWidths(of table: TrafficTable, _ cells: [[[UInt8]]], gap: Int) -> [Int] {
    var widths = table.columns.indices.map { column in cells.reduce(0) { max($0, TrafficEscaping.width($1[column])) } }
    var excess = widths.reduce(2 - gap) { $0 + $1 + gap } - width
    while excess > 0 {
      let texts = widths.indices.filter { !table.columns[$0].isFigure && widths[$0] > 8 }
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
      let next = texts.filter { $0 != widest }.map { widths[$0] }.max() ?? 8
      let step = min(excess, max(1, widths[widest] - max(8, next)))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }

  private func bar(_ value: Int, of tallest: Int, columns: Int) -> String {
    guard tallest > 0, value > 0 else { return "" }
    return String(repeating: "▪", count: max(1, Int((Double(value) / Double(tallest) * Double(columns)).rounded())))
  }
}
