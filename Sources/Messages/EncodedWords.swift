package import Bytes

/// Encoded words in header fields (RFC 2047): `=?utf-8?B?w6Q=?=`, `=?iso-8859-1*de?Q?=E4_b?=`.
package enum EncodedWords {
  /// `text` with its encoded words turned into UTF-8. What is not one, or in an unknown character set, stays as it is.
  package static func decode(_ text: Bytes) -> [UInt8] {
    var out: [UInt8] = []
    var run: Run?
    // Where plain text begins that has not been written.
    var plain = 0
    var position = 0
    var runs = 0
    while runs < Limits.encodedRuns, let start = text.firstIndex(of: "=?", from: position) {
      guard let word = Word(text, at: start) else {
        position = start + 2
        continue
      }
      // Without an end behind it there is none behind any later beginning.
      guard let end = word.end else { break }
      let between = text[plain..<start]
      let isAdjacent = run != nil && between.trimmed.isEmpty
      if isAdjacent && run!.charset.equalsIgnoringCase(word.charset) {
        run!.append(word, end)
      } else {
        run?.write(of: text, to: &out)
        // RFC 2047 §6.2: space between encoded words is not shown.
        if !isAdjacent { out.append(contentsOf: between.array) }
        run = Run(charset: word.charset, start: start)
        runs += 1
        run!.append(word, end)
      }
      position = end
      plain = end
    }
    run?.write(of: text, to: &out)
    out.append(contentsOf: text.dropFirst(plain).array)
    return out
  }
}

/// One encoded word.
private struct Word {
  let charset: Bytes
  let isBase64: Bool
  let encoded: Bytes
  /// Behind the closing `?=`; nil if there is none.
  let end: Int?

  /// The word whose `=?` stands at `start`; nil if none begins there.
  init?(_ text: Bytes, at start: Int) {
    var cursor = ByteCursor(text.dropFirst(start + 2))
    let name = cursor.take { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x3D }
    guard !name.isEmpty, cursor.take(0x3F), let encoding = cursor.peek?.lowercased else { return nil }
    guard encoding == 0x62 || encoding == 0x71, cursor.take(count: 1) != nil, cursor.take(0x3F) else { return nil }
    // RFC 2231 §5: a language may follow the character set.
    charset = name.prefix(name.firstIndex(of: 0x2A) ?? name.count)
    isBase64 = encoding == 0x62
    let close = cursor.rest.firstIndex(of: "?=")
    encoded = cursor.rest.prefix(close ?? 0)
    end = close.map { start + 2 + cursor.position + $0 + 2 }
  }
}

/// Neighbouring words of one character set. Senders split characters between words, so they are joined before decoding.
private struct Run {
  let charset: Bytes
  let start: Int
  private var end: Int
  private var bytes: [UInt8] = []

  init(charset: Bytes, start: Int) {
    self.charset = charset
    self.start = start
    end = start
  }

  mutating func append(_ word: Word, _ end: Int) {
    self.end = end
    if word.isBase64 {
      appendBase64(word.encoded)
    } else {
      appendQuoted(word.encoded)
    }
  }

  func write(of text: Bytes, to out: inout [UInt8]) {
    out.append(contentsOf: Charset.decode(bytes, from: charset) ?? text[start..<end].array)
  }

  /// RFC 2047 §4.1; characters that do not belong there are passed over.
  private mutating func appendBase64(_ text: Bytes) {
    var bits: UInt32 = 0
    var count = 0
    for index in 0..<text.count {
      guard let value = Run.base64Value(text[index]) else { continue }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
  }

  private static func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }

  /// RFC 2047 §4.2: `_` is a space in every character set.
  private mutating func appendQuoted(_ text: Bytes) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == 0x3D, index + 2 < text.count, let high = Run.hexValue(text[index + 1]),
        let low = Run.hexValue(text[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(byte == 0x5F ? 0x20 : byte)
        index += 1
      }
    }
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    guard byte.isHexDigit else { return nil }
    return byte.isDigit ? byte - 0x30 : byte.lowercased - 0x61 + 10
  }
}
