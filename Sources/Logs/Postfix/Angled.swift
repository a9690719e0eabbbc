import Bytes

extension Postfix {
  /// A value in angle brackets, `<"a > b"@example.net>`: the bracket that closes it is the first one outside of quotes
  /// (RFC 5321 §4.1.2) with a separator behind it.
  enum Angled {
    /// The index of the closing bracket for the value that begins at `start`, just behind the opening one.
    ///
    /// A local part is quoted as a whole or not at all. A quote within a value is a plain character: such addresses are
    /// logged in internal form (before 3.5).
    @inline(__always)
    static func close(_ text: Bytes, from start: Int) -> Int? {
      if start < text.count, text[start] == UInt8(ascii: "\"") { return scan(text, from: start, quotes: true) }
      guard let hit = text.firstIndex(from: start, of: { $0.equal(to: UInt8(ascii: ">")) }) else { return nil }
      return isSeparator(text, at: hit + 1) ? hit : scan(text, from: hit + 1, quotes: false)
    }

    /// Reads `<…>` at the beginning of `text`: the value and the rest behind it.
    static func split(_ text: Bytes) -> (value: Bytes, rest: Bytes)? {
      guard text.first == UInt8(ascii: "<"), let end = close(text, from: 1) else { return nil }
      return (text[1..<end], text.dropFirst(end + 1))
    }

    private static func scan(_ text: Bytes, from start: Int, quotes: Bool) -> Int? {
      var isQuoted = false
      var i = start
      while i < text.count {
        switch text[i] {
        case UInt8(ascii: "\\") where isQuoted: i += 1
        case UInt8(ascii: "\"") where quotes: isQuoted.toggle()
        case UInt8(ascii: ">") where !isQuoted && isSeparator(text, at: i + 1): return i
        default: break
        }
        i += 1
      }
      return nil
    }

    @inline(__always)
    private static func isSeparator(_ text: Bytes, at index: Int) -> Bool {
      guard index < text.count else { return true }
      switch text[index] {
      case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: ";"): return true
      default: return false
      }
    }
  }
}
