import Bytes

/// What lines that no parser knows have in common.
package struct LineTemplate {
  /// The program's text with numbers, addresses and ids replaced by `#` and `…`.
  package var template: [UInt8]
  package var count: Int64
  /// The first such line, cut at a bound, and its number.
  package var example: [UInt8]
  package var line: Int64
}

/// Counts templates in bounded memory.
struct LineTemplates {
  private var byTemplate: [[UInt8]: LineTemplate] = [:]

  mutating func count(_ whole: Bytes, program: Bytes, line: Int64) {
    let text = LineTemplates.withoutSecret(whole)
    var template = LineTemplates.template(of: text)
    if !program.isEmpty { template = program.array + [0x3A, 0x20] + template }
    if byTemplate[template] == nil && byTemplate.count >= Limits.templates { template = Array("… other lines".utf8) }
    byTemplate[
      template,
      default: LineTemplate(
        template: template, count: 0, example: text.prefix(Limits.exampleBytes).array, line: line)
    ].count += 1
  }

  /// Most frequent first.
  var sorted: [LineTemplate] {
    byTemplate.values.sorted { ($1.count, $0.line) < ($0.count, $1.line) }
  }

  /// The text with what changes from line to line taken out: words with a digit or `@` become `#`.
  static func template(of text: Bytes) -> [UInt8] {
    var out: [UInt8] = []
    var cursor = ByteCursor(text.prefix(Limits.templateBytes))
    while !cursor.isAtEnd {
      let word = cursor.take { isWordByte($0) }
      if !word.isEmpty {
        if isVariable(word) { out.append(0x23) } else { out.append(contentsOf: word.array) }
      }
      if let other = cursor.take(count: 1) { out.append(other[0]) }
    }
    return out
  }

  /// The text up to where it may tell a password: no parser knows the line, so nobody knows where that ends.
  static func withoutSecret(_ text: Bytes) -> Bytes {
    let text = text.prefix(Limits.exampleBytes)
    var at = 0
    while at < text.count {
      guard isBoundary(text, before: at), let end = endOfSecretsName(text, from: at) else {
        at += 1
        continue
      }
      return text.prefix(end)
    }
    return text
  }

  private static func isBoundary(_ text: Bytes, before index: Int) -> Bool { index == 0 || !text[index - 1].isLetter }

  /// Where a name of what is secret ends that stands at `start` and has a value behind it.
  private static func endOfSecretsName(_ text: Bytes, from start: Int) -> Int? {
    let rest = text.dropFirst(start)
    for command in ["AUTH PLAIN ", "AUTH LOGIN ", "AUTH XOAUTH2 ", "AUTH OAUTHBEARER "] as [StaticString]
    where rest.prefix(Bytes(command).count).equalsIgnoringCase(Bytes(command)) {
      return start + Bytes(command).count
    }
    for name in ["password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "credentials"] as [StaticString]
    where rest.prefix(Bytes(name).count).equalsIgnoringCase(Bytes(name)) {
      var end = start + Bytes(name).count
      while end < text.count && (text[end] == 0x20 || text[end] == 0x22 || text[end] == 0x27) { end += 1 }
      if end < text.count && (text[end] == 0x3A || text[end] == 0x3D) { return end + 1 }
    }
    return nil
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte >= 0x80 || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x40
      || byte == 0x2B
  }

  private static func isVariable(_ word: Bytes) -> Bool {
    for i in 0..<word.count where word[i].isDigit || word[i] == 0x40 { return true }
    return false
  }
}
