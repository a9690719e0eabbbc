import Bytes
import Correlation

/// Why things went as they went, with what differs from message to message taken out.
struct ReasonTable {
  /// The reasons of one kind: texts, and a row for each.
  private struct OfKind {
    let texts = NameTable()
    var rows: [ReasonRow] = []
  }

  private var kinds = ReasonRow.Kind.allCases.map { _ in OfKind() }
  private var template: [UInt8] = []
  /// Texts that are told apart; more are counted together.
  private static let limit = 20_000

  mutating func count(
    _ kind: ReasonRow.Kind, _ text: Bytes, times: Int, code: Int? = nil, enhancedCode: NameID = 0,
    example: Bytes? = nil,
    words: NameTable
  ) {
    template.removeAll(keepingCapacity: true)
    ReasonTable.write(templateOf: text, to: &template)
    let texts = kinds[kind.rawValue].texts
    if texts.count >= ReasonTable.limit && template.withBytes({ texts.find($0) }) == nil {
      template = Array("other reasons".utf8)
    }
    let place = Int(template.withBytes { texts.intern($0) }) - 1
    guard place == kinds[kind.rawValue].rows.count else {
      kinds[kind.rawValue].rows[place].count += times
      // The least of all, so that files and a store name the same one.
      if let example, let known = kinds[kind.rawValue].rows[place].example, known.withBytes({ example < $0 }) {
        kinds[kind.rawValue].rows[place].example = example.array
      }
      return
    }
    var row = ReasonRow(kind: kind, reason: template, count: times)
    row.code = code
    row.enhancedCode = enhancedCode == 0 ? nil : words[enhancedCode].array
    row.example = example?.array
    kinds[kind.rawValue].rows.append(row)
  }

  /// The most frequent `limit` of each kind; 0 is all.
  func rows(limit: Int) -> [ReasonRow] {
    ReasonRow.Kind.allCases.flatMap { kind in
      let ofKind = kinds[kind.rawValue].rows.sorted {
        $0.count != $1.count ? $0.count > $1.count : $0.reason.lexicographicallyPrecedes($1.reason)
      }
      return limit > 0 ? Array(ofKind.prefix(limit)) : ofKind
    }
  }

  /// `host mx[1.2.3.4] said: 450 4.2.0 <a@b>: Greylisted for 300 seconds (in reply to RCPT TO command)` becomes
  /// `450 4.2.0 <…>: Greylisted for # seconds`.
  static func template(of text: Bytes) -> [UInt8] {
    var out: [UInt8] = []
    write(templateOf: text, to: &out)
    return out
  }

  private static func write(templateOf text: Bytes, to out: inout [UInt8]) {
    var text = text
    if let said = text.firstIndex(of: " said: "), text.hasPrefix("host ") { text = text.dropFirst(said + 7) }
    if let tail = text.lastIndex(of: " (in reply to ") { text = text.prefix(tail) }
    var cursor = ByteCursor(text.prefix(300))
    while let byte = cursor.peek {
      if byte == 0x3C, let inside = cursor.rest.firstIndex(of: 0x3E) {
        _ = cursor.take(count: inside + 1)
        out.append("<…>")
      } else if byte == 0x5B, let inside = cursor.rest.firstIndex(of: 0x5D) {
        _ = cursor.take(count: inside + 1)
        out.append("[…]")
      } else if isWord(byte) {
        let word = cursor.take(while: isWord)
        append(word, to: &out)
      } else {
        out.append(byte)
        _ = cursor.take(byte)
      }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x40 || byte == 0x2F
      || byte == 0x3A
  }

  private static func append(_ word: Bytes, to out: inout [UInt8]) {
    var digits = 0
    var marks = 0
    for i in 0..<word.count {
      if word[i].isDigit { digits += 1 }
      if word[i] == 0x2E || word[i] == 0x2D { marks += 1 }
    }
    let isCode = word.count <= 5 && digits + marks == word.count && out.count < 12
    if isCode || digits == 0 && !word.contains(0x40) {
      out.append(word)
    } else {
      out.append(digits == word.count ? "#" : "…")
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(_ text: StaticString) { append(Bytes(text)) }

  fileprivate mutating func append(_ text: Bytes) {
    append(contentsOf: UnsafeBufferPointer(start: text.start, count: text.count))
  }
}
