package import Bytes

/// Text from outside, made safe to show: anyone on the internet can write into a log.
package enum Escaping {
  /// Control characters, invisible and direction-changing ones as `\x1b` or `\u{202e}`, bytes that are no UTF-8 as `\xff`.
  package static func shown(_ text: [UInt8]) -> String { text.withBytes { shown($0) } }

  package static func shown(_ text: Bytes) -> String {
    if (0..<text.count).allSatisfy({ 0x20..<0x7F ~= text.start[$0] }) { return text.string }
    var out = ""
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        if byte >= 0x20 && byte < 0x7F { out.unicodeScalars.append(Unicode.Scalar(byte)) } else { out += hex(byte) }
        index += 1
        continue
      }
      let length = UTF8Sequence.length(in: text, at: index)
      guard length > 0, let scalar = text[index..<index + length].string.unicodeScalars.first else {
        out += hex(byte)
        index += 1
        continue
      }
      if isDeceptive(scalar) {
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        out.unicodeScalars.append(scalar)
      }
      index += length
    }
    return out
  }

  /// C1 controls, zero-width characters, bidirectional controls (UTS #55), line separators, tags, and byte order marks.
  private static func isDeceptive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80...0x9F, 0xAD, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E,
      0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// Columns that the text takes on a terminal: two for East Asian wide characters, none for combining marks.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// The end of a path, from a slash on where there is one: `…/mx1/mail.log`.
  package static func cutPath(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var kept = Substring.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars.reversed() {
      used += width(scalar)
      if used > columns - 1 { break }
      kept.insert(scalar, at: kept.startIndex)
    }
    let slash = kept.firstIndex(of: "/") ?? kept.startIndex
    return "…" + String(kept[slash...])
  }

  /// The text in at most `columns` columns, with `…` at its end where something was cut.
  package static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    var out = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let more = width(scalar)
      if used + more > columns - 1 { break }
      out.unicodeScalars.append(scalar)
      used += more
    }
    return out + "…"
  }
}
