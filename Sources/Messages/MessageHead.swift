package import Bytes

/// A field of a message's head, as it stands there.
package struct HeaderField {
  /// What stands before the colon.
  package let name: Bytes
  /// All behind the colon, folds and leading space included, without the last line end.
  package let value: Bytes
}

/// The head of a message (RFC 5322 §2.2): its fields in their order, down to the first empty line.
///
/// Everything in it is a view of the bytes it was read from. It does not look at the body.
package struct MessageHead {
  /// Why some of the head was not looked at.
  package enum Cut: Sendable {
    /// It is longer than `Limits.headBytes`.
    case bytes
    /// It has more fields than `Limits.fields`.
    case fields
  }

  /// In the order in which they stand.
  package private(set) var fields: [HeaderField] = []
  /// Where the body begins; nil if the bytes end before the empty line that ends a head.
  package private(set) var bodyOffset: Int?
  /// Lines that are neither a field nor the continuation of one. They are skipped.
  package private(set) var malformedLines = 0
  /// Which limit was reached, if any.
  package private(set) var cut: Cut?
  /// The bytes end in the middle of the last field. No accessor believes it then; `fields` shows it.
  package private(set) var isLastFieldPartial = false

  /// Reads the head at the front of `message`, of which the rest may be missing.
  package init(_ message: Bytes) {
    let text = message.prefix(Limits.headBytes)
    var position = text.hasPrefix(MessageHead.byteOrderMark) ? 3 : 0
    var nameEnd = 0
    var fieldStart: Int?
    while position < text.count {
      let lineEnd = text.firstIndex(of: 0x0A, from: position)
      let line = text[position..<(lineEnd ?? text.count)]
      if line.isEmpty || (line.count == 1 && line[0] == 0x0D) {
        append(text, fieldStart, nameEnd, end: position)
        bodyOffset = lineEnd.map { $0 + 1 }
        return
      }
      if line[0] == 0x20 || line[0] == 0x09 {
        if fieldStart == nil { malformedLines += 1 }
      } else {
        append(text, fieldStart, nameEnd, end: position)
        fieldStart = nil
        if let length = FieldText.nameLength(line) {
          guard fields.count < Limits.fields else {
            cut = .fields
            return
          }
          (fieldStart, nameEnd) = (position, position + length)
        } else {
          malformedLines += 1
        }
      }
      position = lineEnd.map { $0 + 1 } ?? text.count
    }
    append(text, fieldStart, nameEnd, end: text.count)
    if message.count > text.count { cut = .bytes }
    isLastFieldPartial = fieldStart != nil && text.last != 0x0A
  }

  private mutating func append(_ text: Bytes, _ start: Int?, _ nameEnd: Int, end: Int) {
    guard let start, let colon = text.firstIndex(of: 0x3A, from: nameEnd) else { return }
    var end = end
    if end > colon + 1 && text[end - 1] == 0x0A { end -= 1 }
    if end > colon + 1 && text[end - 1] == 0x0D { end -= 1 }
    fields.append(HeaderField(name: text[start..<nameEnd], value: text[colon + 1..<end]))
  }

  /// The fields that are whole.
  private var sound: ArraySlice<HeaderField> { isLastFieldPartial ? fields.dropLast() : fields[...] }

  private static var byteOrderMark: StaticString { "\u{FEFF}" }
}

// MARK: - By name

extension MessageHead {
  /// The value of the first field called `name`, letters of either case.
  package func first(_ name: StaticString) -> Bytes? {
    let name = Bytes(name)
    return sound.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  /// The values of all fields called `name`, letters of either case, in their order.
  package func all(_ name: StaticString) -> [Bytes] {
    let name = Bytes(name)
    return sound.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
  }

  /// Without angle brackets; odd forms (no brackets, comments beside them, spaces inside) are taken as they are.
  package var messageID: [UInt8]? {
    guard let value = first("Message-ID") else { return nil }
    let id = FieldText.unfold(value).withBytes { text in
      guard let open = text.firstIndex(of: 0x3C) else { return text.array }
      let inside = text.dropFirst(open + 1)
      return inside.prefix(inside.firstIndex(of: 0x3E) ?? inside.count).trimmed.array
    }
    return id.isEmpty ? nil : id
  }

  /// On one line, its encoded words (RFC 2047) turned into UTF-8. Other bytes are as they came, whatever they are.
  package var subject: [UInt8]? {
    first("Subject").map { value in FieldText.unfold(value).withBytes { EncodedWords.decode($0) } }
  }

  package var from: [Address] { addresses("From") }

  package var to: [Address] { addresses("To") }

  package var sender: Address? { addresses("Sender").first }

  /// The reverse-path that the last host wrote down; empty for `<>`.
  package var returnPath: [UInt8]? {
    guard let value = first("Return-Path") else { return nil }
    return addresses(of: value).first?.address ?? []
  }

  /// The mailboxes that local deliveries wrote down, the newest first.
  package var deliveredTo: [[UInt8]] { all("Delivered-To").compactMap { addresses(of: $0).first?.address } }

  /// When the author's program says that it was written (RFC 5322 §3.6.1).
  package var date: Timestamp? {
    first("Date").flatMap { value in FieldText.unfold(value).withBytes { MailDate.parse($0) } }
  }

  /// The trace of the message (RFC 5321 §4.4), the oldest hop first.
  package var received: [Received] {
    var hops = all("Received").reversed().map { value in
      FieldText.unfold(value).withBytes { ReceivedParser.parse($0) }
    }
    for index in hops.indices.dropFirst() {
      guard let time = hops[index].time, let before = hops[index - 1].time else { continue }
      hops[index].seconds = time.seconds - before.seconds
    }
    return hops
  }

  private func addresses(_ name: StaticString) -> [Address] { first(name).map { addresses(of: $0) } ?? [] }

  private func addresses(of value: Bytes) -> [Address] {
    FieldText.unfold(value).withBytes { Address.list($0) }
  }
}
