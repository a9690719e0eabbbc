import Bytes

/// The little of JSON (RFC 8259) that reading a journal entry takes: strings, and skipping what is not wanted.
enum JSONScan {
  @inline(__always)
  static func skipSpace(_ cursor: inout ByteCursor) {
    while let byte = cursor.peek, byte.isSpace { cursor.position += 1 }
  }

  /// A string between its quotes as it stands.
  @inline(__always)
  static func takeRawString(_ cursor: inout ByteCursor) -> (text: Bytes, hasEscapes: Bool)? {
    guard cursor.take(0x22) else { return nil }
    let rest = cursor.rest
    guard var end = rest.firstIndex(of: 0x22) else { return nil }
    var hasEscapes = false
    // A backslash before the quote may escape it; then a further quote ends the string.
    if let slash = rest.prefix(end).firstIndex(of: 0x5C) {
      hasEscapes = true
      var i = slash
      while i < rest.count, rest.start[i] != 0x22 { i += rest.start[i] == 0x5C ? 2 : 1 }
      guard i < rest.count else { return nil }
      end = i
    }
    cursor.position += end + 1
    return (rest.prefix(end), hasEscapes)
  }

  /// Passes a value of any kind.
  static func skipValue(_ cursor: inout ByteCursor, depth: Int) -> Bool {
    switch cursor.peek {
    case 0x22: return takeRawString(&cursor) != nil
    case 0x5B: return skipContainer(&cursor, end: 0x5D, depth: depth)
    case 0x7B: return skipContainer(&cursor, end: 0x7D, depth: depth)
    case 0x74: return cursor.take("true")
    case 0x66: return cursor.take("false")
    case 0x6E: return cursor.take("null")
    default: return !cursor.take { $0.isDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x2B || $0 | 0x20 == 0x65 }.isEmpty
    }
  }

  private static func skipContainer(_ cursor: inout ByteCursor, end: UInt8, depth: Int) -> Bool {
    guard depth < Limits.nesting else { return false }
    cursor.position += 1
    skipSpace(&cursor)
    if cursor.take(end) { return true }
    repeat {
      skipSpace(&cursor)
      if end == 0x7D {
        guard takeRawString(&cursor) != nil else { return false }
        skipSpace(&cursor)
        guard cursor.take(0x3A) else { return false }
        skipSpace(&cursor)
      }
      guard skipValue(&cursor, depth: depth + 1) else { return false }
      skipSpace(&cursor)
    } while cursor.take(0x2C)
    return cursor.take(end)
  }

  /// Adds the characters that a string between its quotes stands for, which are never more bytes; false if an escape is
  /// none.
  static func unescape(_ raw: Bytes, into texts: TextStorage) -> Bool {
    var cursor = ByteCursor(raw)
    while true {
      guard let plain = cursor.take(upTo: UInt8(0x5C)) else {
        _ = texts.append(cursor.takeRest())
        return true
      }
      _ = texts.append(plain)
      cursor.position += 1
      guard let escape = cursor.take(count: 1)?.first else { return false }
      switch escape {
      case 0x22, 0x5C, 0x2F: texts.append(escape)
      case 0x62: texts.append(0x08)
      case 0x66: texts.append(0x0C)
      case 0x6E: texts.append(0x0A)
      case 0x72: texts.append(0x0D)
      case 0x74: texts.append(0x09)
      case 0x75:
        guard let scalar = takeScalar(&cursor) else { return false }
        for byte in UTF8.encode(scalar)! { texts.append(byte) }
      default: return false
      }
    }
  }

  /// The four digits of `\u00e4`, or both halves of a pair beyond U+FFFF; half a pair alone is U+FFFD.
  private static func takeScalar(_ cursor: inout ByteCursor) -> Unicode.Scalar? {
    guard let first = takeUnit(&cursor) else { return nil }
    if let scalar = Unicode.Scalar(first) { return scalar }
    let from = cursor.position
    if first < 0xDC00, cursor.take("\\u"), let second = takeUnit(&cursor), (0xDC00...0xDFFF).contains(second) {
      return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }
    cursor.position = from
    return "\u{FFFD}"
  }

  private static func takeUnit(_ cursor: inout ByteCursor) -> UInt32? {
    guard let digits = cursor.take(count: 4) else { return nil }
    var value: UInt32 = 0
    for i in 0..<4 {
      let byte = digits[i]
      guard byte.isHexDigit else { return nil }
      value = value << 4 | UInt32(byte.isDigit ? byte - 0x30 : (byte | 0x20) - 0x57)
    }
    return value
  }
}
