package import Bytes

/// The answer of a query: names of columns, and rows.
package struct QueryTable {
  package enum Cell {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
  }

  package var columns: [String]
  package var rows: [[Cell]]

  package init(columns: [String], rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
  }

  package func writeText(to out: inout ByteWriter, terminal: Terminal) {
    let alignments = columns.indices.map { column in
      rows.contains { if column < $0.count, case .text = $0[column] { true } else { false } }
        ? Columns.Alignment.left : .right
    }
    var table = Columns(alignments)
    table.add(columns.map { Escaping.shown(Array($0.utf8)) })
    for row in rows { table.add(row.prefix(columns.count).map { QueryTable.shown($0) }) }
    table.write(to: &out)
  }

  /// An array of objects; NULLs are left out, and so are infinities, which JSON does not have (RFC 8259 §6).
  package func writeJSON(to out: inout ByteWriter) {
    var json = JSONWriter()
    json.beginArray()
    for row in rows {
      json.beginObject()
      for (name, cell) in zip(columns, row) {
        switch cell {
        case .null: continue
        case .integer(let number):
          json.key(name)
          json.value(number)
        case .real(let number):
          guard number.isFinite else { continue }
          json.key(name)
          String(number).withBytes { json.value(raw: $0) }
        case .text(let text):
          json.key(name)
          text.withBytes { json.value($0) }
        }
      }
      json.endObject()
    }
    json.endArray()
    json.endLine()
    out.take(&json.out)
  }

  package func writeCSV(to out: inout ByteWriter) {
    var csv = CSVWriter()
    csv.row(columns)
    for row in rows {
      csv.row(
        row.map { cell in
          switch cell {
          case .null: []
          case .integer(let number): Array(String(number).utf8)
          case .real(let number): Array(String(number).utf8)
          case .text(let text): text
          }
        })
    }
    out.take(&csv.out)
  }

  private static func shown(_ cell: Cell) -> String {
    switch cell {
    case .null: "–"
    case .integer(let number): String(number)
    case .real(let number): number.magnitude < 1e12 ? String((number * 1000).rounded() / 1000) : String(number)
    case .text(let text): Escaping.shown(text)
    }
  }
}
