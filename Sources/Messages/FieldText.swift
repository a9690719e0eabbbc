import Bytes

/// The lexical rules that header fields share (RFC 5322 §2.2, §3.2).
enum FieldText {
  /// The length of the field name that `line` begins with; nil if it does not begin a field.
  ///
  /// RFC 5322 §3.6.8: printable US-ASCII but the colon. §4.5.3: old mail may have spaces before the colon.
  static func nameLength(_ line: Bytes) -> Int? {
    var end = 0
    while end < line.count, line[end] > 0x20, line[end] < 0x7F, line[end] != 0x3A { end += 1 }
    guard end > 0 else { return nil }
    var colon = end
    while colon < line.count, line[colon] == 0x20 || line[colon] == 0x09 { colon += 1 }
    return colon < line.count && line[colon] == 0x3A ? end : nil
  }

  /// `value` on one line, without spaces around it.
  static func unfold(_ value: Bytes) -> [UInt8] {
    let value = value.trimmed
    guard value.contains(0x0A) else { return value.array }
    var text: [UInt8] = []
    text.reserveCapacity(value.count)
    for index in 0..<value.count {
      let byte = value[index]
      if byte == 0x0A || (byte == 0x0D && index + 1 < value.count && value[index + 1] == 0x0A) { continue }
      text.append(byte)
    }
    return text
  }
}

extension ByteCursor {
  /// A comment, if one begins here: what stands between its parentheses, others inside it included (RFC 5322 §3.2.2).
  ///
  /// One that is never closed reaches to the end. Nesting is counted, not followed, so no depth can do harm.
  mutating func takeComment() -> Bytes? {
    guard take(0x28) else { return nil }
    let text = rest
    var depth = 1
    var index = 0
    while index < text.count {
      switch text[index] {
      case 0x5C: index += 1
      case 0x28: depth += 1
      case 0x29:
        depth -= 1
        if depth == 0 {
          position += index + 1
          return text.prefix(index)
        }
      default: break
      }
      index += 1
    }
    _ = takeRest()
    return text
  }

  /// A quoted string, if one begins and ends here: what stands between its quotes, as it is (RFC 5322 §3.2.4).
  ///
  /// Whoever calls it again after nil must pass over a backslash and the byte behind it: then a second search that runs
  /// to the end cannot happen, and reading stays linear.
  mutating func takeQuoted() -> Bytes? {
    guard peek == 0x22 else { return nil }
    let text = rest.dropFirst()
    var index = 0
    while index < text.count && text[index] != 0x22 { index += text[index] == 0x5C ? 2 : 1 }
    guard index < text.count else { return nil }
    position += index + 2
    return text.prefix(index)
  }
}
