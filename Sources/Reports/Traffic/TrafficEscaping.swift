import Bytes

/// Text from inputs made harmless for each format.
enum TrafficEscaping {
  /// What would steer a terminal, hide or turn text, made visible.
  static func visible(_ text: [UInt8]) -> [UInt8] {
    text.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? text : Array(Escaping.shown(text).utf8)
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
    text.allSatisfy { $0 < 0x80 } ? text.count : Escaping.width(String(decoding: text, as: UTF8.self))
  }

  /// Visible text that takes `limit` columns at most, with `…` where something is left out.
  static func cut(_ text: [UInt8], to limit: Int) -> [UInt8] {
    width(text) <= limit ? text : Array(Escaping.cut(String(decoding: text, as: UTF8.self), to: limit).utf8)
  }
}
