import Bytes

/// Text from inputs made harmless for each format.
enum TrafficEscaping {
  /// Control characters as `\x1b`, bytes that are not UTF-8 as `\xff`, characters that hide or turn text as `\u202e`.
  static func visible(_ text: [UInt8]) -> [UInt8] {
    if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var out = ByteWriter(capacity: text.count + 16)
    text.withBytes { view in
      var i = 0
      while i < view.count {
        let byte = view[i]
        let length = byte < 0x80 ? 1 : UTF8Sequence.length(in: view, at: i)
        if byte < 0x20 || byte == 0x7F || length == 0 {
          out.write("\\x")
          out.write(hex: byte)
          i += 1
          continue
        }
        let sequence = view[i..<(i + length)]
        let scalar = scalar(of: sequence)
        if length > 1 && isTreacherous(scalar) {
          out.write("\\u")
          if scalar > 0xFFFF { out.write(hex: UInt8(scalar >> 16)) }
          out.write(hex: UInt8(scalar >> 8 & 0xFF))
          out.write(hex: UInt8(scalar & 0xFF))
        } else {
          out.write(sequence)
        }
        i += length
      }
    }
    return out.bytes
  }

  /// Text and attributes of HTML.
  static func html(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for byte in visible(text) {
      switch byte {
      case 0x26: out += Array("&amp;".utf8)
      case 0x3C: out += Array("&lt;".utf8)
      case 0x3E: out += Array("&gt;".utf8)
      case 0x22: out += Array("&quot;".utf8)
      case 0x27: out += Array("&#39;".utf8)
      default: out.append(byte)
      }
    }
    return out
  }

  /// A cell of a Markdown table: nothing in it is markup, a link or a column of its own.
  static func markdown(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for byte in visible(text) {
      switch byte {
      case 0x26: out += Array("&amp;".utf8)
      case 0x3C: out += Array("&lt;".utf8)
      case 0x3E: out += Array("&gt;".utf8)
      // An address or a link that stands bare becomes a link in many renderers.
      case 0x40: out += Array("&#64;".utf8)
      case 0x3A: out += Array("&#58;".utf8)
      case 0x5C, 0x60, 0x2A, 0x5F, 0x7B, 0x7D, 0x5B, 0x5D, 0x7C, 0x23, 0x21, 0x7E, 0x24: out += [0x5C, byte]
      default: out.append(byte)
      }
    }
    return out
  }

  /// One field of CSV (RFC 4180 §2): quoted where needed, and never a formula to a spreadsheet.
  static func csv(_ text: [UInt8]) -> [UInt8] {
    var field = text
    if let first = field.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) { field.insert(0x27, at: 0) }
    guard field.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return field }
    var out: [UInt8] = [0x22]
    for byte in field {
      if byte == 0x22 { out.append(0x22) }
      out.append(byte)
    }
    return out + [0x22]
  }

  /// The columns of a terminal that visible text takes.
  static func width(_ text: [UInt8]) -> Int {
    var width = 0
    text.withBytes { view in
      var i = 0
      while i < view.count {
        let length = max(1, view[i] < 0x80 ? 1 : UTF8Sequence.length(in: view, at: i))
        width += columns(of: scalar(of: view[i..<(i + length)]))
        i += length
      }
    }
    return width
  }

  /// Visible text that takes `limit` columns at most, with `…` where something is left out.
  static func cut(_ text: [UInt8], to limit: Int) -> [UInt8] {
    guard width(text) > limit else { return text }
    var end = 0
    var used = 0
    text.withBytes { view in
      while end < view.count {
        let length = max(1, view[end] < 0x80 ? 1 : UTF8Sequence.length(in: view, at: end))
        let columns = columns(of: scalar(of: view[end..<(end + length)]))
        if used + columns > limit - 1 { break }
        used += columns
        end += length
      }
    }
    return text[..<end] + Array("…".utf8)
  }

  private static func scalar(of sequence: Bytes) -> UInt32 {
    guard sequence.count > 1 else { return sequence.first.map { UInt32($0) } ?? 0 }
    var value = UInt32(sequence[0]) & (0x7F >> UInt32(sequence.count))
    for i in 1..<sequence.count { value = value << 6 | UInt32(sequence[i] & 0x3F) }
    return value
  }

  /// C1 controls, direction marks and overrides, invisible characters, line separators, tags.
  private static func isTreacherous(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// 0 for combining marks, 2 for East Asian wide characters and emoji (UAX #11), else 1.
  private static func columns(of scalar: UInt32) -> Int {
    switch scalar {
    case 0x300...0x36F, 0x483...0x489, 0x591...0x5BD, 0x610...0x61A, 0x64B...0x65F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF,
      0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
      0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
