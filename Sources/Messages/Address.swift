package import Bytes

/// A mailbox in an address field (RFC 5322 §3.4): `"Smith, John" <john@example.org>`.
package struct Address: Equatable, Sendable {
  /// Its encoded words turned into UTF-8, without quotes; nil if there is none.
  package let displayName: [UInt8]?
  /// Without angle brackets and source route, otherwise as written; empty for `<>`.
  package let address: [UInt8]

  /// The addresses of a field's value on one line; groups are dissolved, and empty parts left out.
  package static func list(_ value: Bytes) -> [Address] {
    var parser = AddressListParser(value)
    return parser.parse()
  }
}

/// Reads an address list, strict where it can and forgiving where mail is not.
private struct AddressListParser {
  private var cursor: ByteCursor
  private var found: [Address] = []
  /// The words outside of angle brackets: as they are, and with quotes removed.
  private var raw: [UInt8] = []
  private var phrase: [UInt8] = []
  private var angle: [UInt8]?
  private var comment: Bytes?

  init(_ value: Bytes) { cursor = ByteCursor(value) }

  mutating func parse() -> [Address] {
    while let byte = cursor.peek, found.count < Limits.addresses {
      switch byte {
      case 0x28: comment = cursor.takeComment()
      case 0x22: takeQuoted()
      case 0x3C: takeAngle()
      case 0x2C, 0x3B:
        cursor.position += 1
        finish()
      case 0x3A where !raw.contains(0x40) && angle == nil:
        // RFC 5322 §3.4: what stands before the colon is the name of a group.
        cursor.position += 1
        clear()
      default:
        append(byte)
        cursor.position += 1
        // What is escaped means nothing, so that a quote that is never closed is looked for once only.
        if byte == 0x5C, let escaped = cursor.peek {
          append(escaped)
          cursor.position += 1
        }
      }
    }
    finish()
    return found
  }

  private mutating func append(_ byte: UInt8) {
    raw.append(byte)
    phrase.append(byte)
  }

  private mutating func takeQuoted() {
    guard let text = cursor.takeQuoted() else {
      append(0x22)
      cursor.position += 1
      return
    }
    raw.append(0x22)
    raw.append(contentsOf: text.array)
    raw.append(0x22)
    var index = 0
    while index < text.count {
      if text[index] == 0x5C && index + 1 < text.count { index += 1 }
      phrase.append(text[index])
      index += 1
    }
  }

  private mutating func takeAngle() {
    cursor.position += 1
    var inside: [UInt8] = []
    while let byte = cursor.peek, byte != 0x3E {
      if byte == 0x22, let quoted = cursor.takeQuoted() {
        inside.append(0x22)
        inside.append(contentsOf: quoted.array)
        inside.append(0x22)
      } else {
        if !byte.isSpace { inside.append(byte) }
        cursor.position += 1
        if byte == 0x5C, let escaped = cursor.peek {
          inside.append(escaped)
          cursor.position += 1
        }
      }
    }
    _ = cursor.take(0x3E)
    // RFC 5322 §4.4: `<@a.example,@b.example:john@c.example>`
    if inside.first == 0x40, let colon = inside.firstIndex(of: 0x3A) { inside.removeSubrange(...colon) }
    angle = inside
  }

  private mutating func finish() {
    defer { clear() }
    if let angle {
      let name = phrase.withBytes { EncodedWords.decode($0.trimmed) }
      found.append(Address(displayName: name.isEmpty ? nil : name, address: angle))
      return
    }
    let address = raw.withBytes { $0.trimmed.array }
    guard !address.isEmpty else { return }
    // Before display names there were comments: `john@example.org (John Smith)`.
    let name = comment.map { EncodedWords.decode($0.trimmed) }
    found.append(Address(displayName: name?.isEmpty == true ? nil : name, address: address))
  }

  private mutating func clear() {
    raw.removeAll(keepingCapacity: true)
    phrase.removeAll(keepingCapacity: true)
    angle = nil
    comment = nil
  }
}
