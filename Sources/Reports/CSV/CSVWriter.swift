package import Bytes

/// Comma-separated values (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front.
package struct CSVWriter {
  package var out = ByteWriter()

  package init() {}

  package mutating func row(_ cells: [String]) { row(cells.map { Array($0.utf8) }) }

  package mutating func row(_ cells: [[UInt8]]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { out.write(",") }
      write(cell)
    }
    out.write("\r\n")
  }

  private mutating func write(_ cell: [UInt8]) {
    let isFormula = cell.first.map { [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains($0) } ?? false
    let isNumber = cell.withBytes { $0.millionths != nil }
    let text = isFormula && !isNumber ? [0x27] + cell : cell
    guard text.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      text.withBytes { out.write($0) }
      return
    }
    out.write("\"")
    for byte in text {
      if byte == 0x22 { out.write("\"") }
      out.write(byte: byte)
    }
    out.write("\"")
  }
}
