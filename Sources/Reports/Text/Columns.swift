package import Bytes

/// Rows of cells in aligned columns.
package struct Columns {
  package enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []
  /// Columns between two cells.
  private let gap: String

  package init(_ alignments: [Alignment], gap: Int = 2) {
    self.alignments = alignments
    self.gap = String(repeating: " ", count: gap)
  }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// What happens to a last cell that does not fit.
  package enum Overflow {
    case cut
    /// It goes on in the lines below, indented by four more where its own column is too narrow.
    case wrap
  }

  /// Writes the rows, each behind `indent` spaces and none wider than `width` but where a cell before the last needs it.
  package func write(to out: inout ByteWriter, indent: Int = 0, width: Int = .max, overflow: Overflow = .cut) {
    var widths = Array(repeating: 0, count: alignments.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], Escaping.width(cell)) }
    }
    for row in rows {
      var line = String(repeating: " ", count: indent)
      for (column, cell) in row.enumerated() {
        let isLast = column == row.count - 1
        let room = width == .max ? .max : max(8, width - Escaping.width(line))
        if isLast && overflow == .wrap && Escaping.width(cell) > room {
          line = Columns.wrap(cell, behind: line, indent: indent + 4, width: width)
          continue
        }
        let text = isLast ? Escaping.cut(cell, to: room) : cell
        let padding = String(repeating: " ", count: max(0, widths[column] - Escaping.width(text)))
        switch alignments[column] {
        case .left: line += isLast ? text : text + padding + gap
        case .right: line += padding + text + (isLast ? "" : gap)
        }
      }
      while line.last == " " { line.removeLast() }
      out.write(line + "\n")
    }
  }

  private static func wrap(_ cell: String, behind line: String, indent: Int, width: Int) -> String {
    let column = Escaping.width(line)
    if width - column >= width / 3 { return line + Wrapping.wrap(cell, width: width, indent: column) }
    return line.trimmed + "\n" + String(repeating: " ", count: indent)
      + Wrapping.wrap(cell, width: width, indent: indent)
  }
}

extension String {
  /// Without spaces at the end.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}

/// Long text in lines.
package enum Wrapping {
  /// The text in lines of at most `width` columns, all but the first behind `indent` spaces; words longer than that are not cut.
  package static func wrap(_ text: String, width: Int, indent: Int) -> String {
    var out = ""
    var used = 0
    // By bytes: to find where characters end takes longer than all the rest of a trace's text.
    for word in text.utf8.split(separator: 0x20) {
      let word = String(Substring(word))
      let length = Escaping.width(word)
      if used > 0 && used + 1 + length > width - indent {
        out += "\n" + String(repeating: " ", count: indent)
        used = 0
      }
      if used > 0 {
        out += " "
        used += 1
      }
      out += word
      used += length
    }
    return out
  }
}
