/// Writes one JSON text (RFC 8259) into a buffer: keys in the order in which they are given, no needless white space.
///
/// Bytes that are not UTF-8 are written as the text `\xNN`, so that the output is always valid and nothing is lost.
public struct JSONWriter {
  public var out: ByteWriter
  private var needsComma = false

  public init(capacity: Int = 0) { out = ByteWriter(capacity: capacity) }

  /// Begins a new text in the same memory.
  public mutating func removeAll() {
    out.removeAll()
    needsComma = false
  }

  // MARK: Structure

  public mutating func beginObject() { open(0x7B) }
  public mutating func endObject() { close(0x7D) }
  public mutating func beginArray() { open(0x5B) }
  public mutating func endArray() { close(0x5D) }

  public mutating func key(_ name: StaticString) { key(Bytes(name)) }

  public mutating func key(_ name: String) { name.withBytes { key($0) } }

  public mutating func key(_ name: Bytes) {
    separate()
    quoted(name)
    out.write(byte: 0x3A)
    needsComma = false
  }

  /// An object under `name`, filled by `body`.
  public mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    key(name)
    beginObject()
    body(&self)
    endObject()
  }

  /// An array under `name`, one call of `body` for each element.
  public mutating func array<S: Sequence>(
    _ name: StaticString, _ elements: S, _ body: (inout JSONWriter, S.Element) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements { body(&self, element) }
    endArray()
  }

  // MARK: Values

  public mutating func value(_ text: Bytes) {
    separate()
    quoted(text)
    needsComma = true
  }

  public mutating func value(_ text: String) { text.withBytes { value($0) } }

  public mutating func value(_ number: Int) { value(Int64(number)) }

  public mutating func value(_ number: Int64) {
    separate()
    out.write(number)
    needsComma = true
  }

  /// A decimal number given in millionths.
  public mutating func value(millionths: Int64) {
    separate()
    out.write(millionths: millionths)
    needsComma = true
  }

  public mutating func value(_ flag: Bool) {
    separate()
    out.write(flag ? "true" : "false")
    needsComma = true
  }

  /// A value that is JSON already.
  public mutating func value(raw json: Bytes) {
    separate()
    out.write(json)
    needsComma = true
  }

  // MARK: Members. An absent value leaves its member out.

  public mutating func member(_ name: StaticString, _ text: Bytes?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  public mutating func member(_ name: StaticString, _ text: [UInt8]?) {
    guard let text else { return }
    key(name)
    text.withBytes { value($0) }
  }

  public mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  public mutating func member(_ name: StaticString, _ number: Int?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  public mutating func member(_ name: StaticString, _ number: Int64?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  public mutating func member(_ name: StaticString, millionths: Int64?) {
    guard let millionths else { return }
    key(name)
    value(millionths: millionths)
  }

  public mutating func member(_ name: StaticString, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  /// A time as RFC 3339 in UTC, with a fraction only if the source had one.
  public mutating func member(_ name: StaticString, time: Timestamp?) {
    guard let time else { return }
    key(name)
    separate()
    out.write(byte: 0x22)
    time.write(to: &out)
    out.write(byte: 0x22)
    needsComma = true
  }

  /// Ends the text with a line feed and starts anew behind it (NDJSON).
  public mutating func endLine() {
    out.write(byte: 0x0A)
    needsComma = false
  }

  // MARK: Bytes

  private mutating func open(_ bracket: UInt8) {
    separate()
    out.write(byte: bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    out.write(byte: bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { out.write(byte: 0x2C) }
  }

  private mutating func quoted(_ text: Bytes) {
    out.write(byte: 0x22)
    var plain = 0
    var i = 0
    while i < text.count {
      let byte = text.start[i]
      if byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C {
        i += 1
        continue
      }
      let length = byte < 0x80 ? 0 : UTF8Sequence.length(in: text, at: i)
      if length > 0 {
        i += length
        continue
      }
      out.write(text[plain..<i])
      escape(byte)
      i += 1
      plain = i
    }
    out.write(text[plain..<i])
    out.write(byte: 0x22)
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22: out.write("\\\"")
    case 0x5C: out.write("\\\\")
    case 0x0A: out.write("\\n")
    case 0x0D: out.write("\\r")
    case 0x09: out.write("\\t")
    case 0x80...:
      out.write("\\\\x")
      out.write(hex: byte)
    default:
      out.write("\\u00")
      out.write(hex: byte)
    }
  }
}

extension ByteWriter {
  /// Two hexadecimal digits, in lower case.
  public mutating func write(hex byte: UInt8) {
    let digits = StaticString("0123456789abcdef").utf8Start
    write(byte: digits[Int(byte >> 4)])
    write(byte: digits[Int(byte & 15)])
  }
}

/// Well-formed UTF-8 (RFC 3629 §4).
public enum UTF8Sequence {
  /// The length of the well-formed sequence of two or more bytes at `index`, or 0.
  public static func length(in text: Bytes, at index: Int) -> Int {
    let left = text.count - index
    let p = text.start + index
    func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      offset < left && range.contains(p[offset])
    }
    switch p[0] {
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
  }
}
