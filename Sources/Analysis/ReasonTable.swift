import Bytes

/// Why things went as they went, with what differs from message to message taken out.
struct ReasonTable {
  private struct Key: Hashable {
    var kind: ReasonRow.Kind
    var text: [UInt8]
  }

  private var rows: [Key: ReasonRow] = [:]
  /// Texts that are told apart; more are counted together.
  private static let limit = 20_000

  mutating func count(
    _ kind: ReasonRow.Kind, _ text: Text, times: Int, code: Int? = nil, enhancedCode: Text? = nil, example: Text? = nil
  ) {
    var key = Key(kind: kind, text: text.withBytes { ReasonTable.template(of: $0) })
    if rows[key] == nil && rows.count >= ReasonTable.limit { key.text = Array("other reasons".utf8) }
    if rows[key] != nil {
      rows[key]!.count += times
      return
    }
    var row = ReasonRow(kind: kind, reason: key.text, count: times)
    row.code = code
    row.enhancedCode = enhancedCode
    row.example = example
    rows[key] = row
  }

  /// The most frequent `limit` of each kind; 0 is all.
  func rows(limit: Int) -> [ReasonRow] {
    ReasonRow.Kind.allCases.flatMap { kind in
      let ofKind = rows.values.filter { $0.kind == kind }.sorted {
        $0.count != $1.count ? $0.count > $1.count : $0.reason.lexicographicallyPrecedes($1.reason)
      }
      return limit > 0 ? Array(ofKind.prefix(limit)) : ofKind
    }
  }

  /// `host mx[1.2.3.4] said: 450 4.2.0 <a@b>: Greylisted for 300 seconds (in reply to RCPT TO command)` becomes
  /// `450 4.2.0 <…>: Greylisted for # seconds`.
  static func template(of text: Bytes) -> [UInt8] {
    var text = text
    if let said = text.firstIndex(of: " said: "), text.hasPrefix("host ") { text = text.dropFirst(said + 7) }
    if let tail = text.lastIndex(of: " (in reply to ") { text = text.prefix(tail) }
    var out: [UInt8] = []
    var cursor = ByteCursor(text.prefix(300))
    while let byte = cursor.peek {
      if byte == 0x3C, let inside = cursor.rest.firstIndex(of: 0x3E) {
        _ = cursor.take(count: inside + 1)
        out.append(contentsOf: Array("<…>".utf8))
      } else if byte == 0x5B, let inside = cursor.rest.firstIndex(of: 0x5D) {
        _ = cursor.take(count: inside + 1)
        out.append(contentsOf: Array("[…]".utf8))
      } else if isWord(byte) {
        let word = cursor.take(while: isWord)
        append(word, to: &out)
      } else {
        out.append(byte)
        _ = cursor.take(byte)
      }
    }
    return out
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x40 || byte == 0x2F
      || byte == 0x3A
  }

  private static func append(_ word: Bytes, to out: inout [UInt8]) {
    let isCode = word.count <= 5 && word.array.allSatisfy { $0.isDigit || $0 == 0x2E || $0 == 0x2D }
    if isCode && out.count < 12 {
      out.append(contentsOf: word.array)
      return
    }
    if word.contains(0x40) {
      out.append(contentsOf: Array("…".utf8))
      return
    }
    var digits = 0
    for i in 0..<word.count where word[i].isDigit { digits += 1 }
    if digits == 0 {
      out.append(contentsOf: word.array)
    } else {
      out.append(contentsOf: digits == word.count ? [0x23] : Array("…".utf8))
    }
  }
}
