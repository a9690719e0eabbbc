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
    example: Bytes? = nil, program: NameID = 0, isPlain: Bool = false, words: NameTable
  ) {
    template.removeAll(keepingCapacity: true)
    if program != 0 {
      template.append(words[program])
      template.append(": ")
    }
    if isPlain { template.append(text) } else { ReasonTable.write(templateOf: text, to: &template) }
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
    if text.hasPrefix("host ") {
      if let said = text.firstIndex(of: " said: ") {
        text = text.dropFirst(said + 7)
      } else if let refused = text.firstIndex(of: " refused to talk to me: ") {
        text = text.dropFirst(refused + 24)
      }
    }
    if let tail = text.lastIndex(of: " (in reply to ") { text = text.prefix(tail) }
    let start = out.count
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
        append(word, to: &out, isAtStart: out.count - start < 12)
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

  /// Appends a word, or a mark in its place if it may differ from message to message.
  private static func append(_ word: Bytes, to out: inout [UInt8], isAtStart: Bool) {
    var digits = 0
    var marks = 0
    for i in 0..<word.count {
      if word[i].isDigit { digits += 1 }
      if word[i] == 0x2E || word[i] == 0x2D { marks += 1 }
    }
    if digits == 0 && !word.contains(0x40) || isCode(word, digits, marks, isAtStart) || isExtension(word, digits) {
      out.append(word)
      return
    }
    // Punctuation around the word is the same in all messages.
    var core = word
    while let first = core.first, !first.isLetter && !first.isDigit {
      out.append(first)
      core = core.dropFirst(1)
    }
    let end = (0..<core.count).last { core[$0].isLetter || core[$0].isDigit }.map { $0 + 1 } ?? 0
    out.append(digits == end ? "#" : "…")
    out.append(core.dropFirst(end))
  }

  /// `450`, `4.2.0`, `550-5.7.23`: codes of a reply, at its beginning.
  private static func isCode(_ word: Bytes, _ digits: Int, _ marks: Int, _ isAtStart: Bool) -> Bool {
    guard isAtStart, word.count <= 10, digits + marks == word.count, marks <= 3, let first = word.first else {
      return false
    }
    return first == 0x32 || first == 0x34 || first == 0x35
  }

  /// `SMTPUTF8`, `8BITMIME`: capitals with a single digit.
  private static func isExtension(_ word: Bytes, _ digits: Int) -> Bool {
    guard digits == 1, 3...8 ~= word.count else { return false }
    return (0..<word.count).allSatisfy { word[$0].isDigit || word[$0].isLetter && word[$0] & 0x20 == 0 }
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(_ text: StaticString) { append(Bytes(text)) }

  fileprivate mutating func append(_ text: Bytes) {
    append(contentsOf: UnsafeBufferPointer(start: text.start, count: text.count))
  }
}
