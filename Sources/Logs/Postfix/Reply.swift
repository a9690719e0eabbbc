import Bytes
import Facts

extension Postfix {
  /// An SMTP reply, `550 5.1.1 <a@example.net>: Recipient address rejected: User unknown`, taken apart (RFC 5321 §4.2,
  /// RFC 2034).
  struct Reply {
    /// Three digits, 200 to 599.
    private(set) var code: Int64?
    /// `5.1.1`
    private(set) var enhancedCode: Bytes?
    /// What is left behind the codes.
    private(set) var text: Bytes

    init(_ reply: Bytes) {
      text = reply
      if let code = Reply.code(reply) {
        self.code = code
        text = reply.dropFirst(4)
      }
      let length = Reply.enhancedCodeLength(text)
      if length > 0 {
        enhancedCode = text.prefix(length)
        text = text.dropFirst(length + 1)
      }
    }

    /// The reason in words, without the address that it is about: `Recipient address rejected: User unknown`.
    var reason: Bytes {
      guard text.first == UInt8(ascii: "<"), let (_, rest) = Angled.split(text), rest.hasPrefix(": ") else {
        return text.hasPrefix(": ") ? text.dropFirst(2) : text
      }
      return rest.dropFirst(2)
    }

    func fillCodes(of fact: Fact) {
      fact[.code] = code
      fact[.enhancedCode] = enhancedCode
    }

    /// The reply code at the beginning of `text`: three digits and a space, a hyphen, or nothing more.
    @inline(__always)
    static func code(_ text: Bytes) -> Int64? {
      guard text.count >= 3, text[0] &- 0x32 < 4, text[1].isDigit, text[2].isDigit,
        text.count == 3 || text[3] == UInt8(ascii: " ") || text[3] == UInt8(ascii: "-")
      else { return nil }
      return Int64(text[0] &- 0x30) * 100 + Int64(text[1] &- 0x30) * 10 + Int64(text[2] &- 0x30)
    }

    /// How long the enhanced status code at the beginning of `text` is (RFC 3463 §2); 0 if there is none.
    static func enhancedCodeLength(_ text: Bytes) -> Int {
      guard text.count >= 5, text[0] == 0x32 || text[0] == 0x34 || text[0] == 0x35, text[1] == UInt8(ascii: ".") else {
        return 0
      }
      guard let point = endOfNumber(text, from: 2), point < text.count, text[point] == UInt8(ascii: "."),
        let end = endOfNumber(text, from: point + 1), end == text.count || text[end] == UInt8(ascii: " ")
      else { return 0 }
      return end
    }

    /// The index behind one to three digits.
    @inline(__always)
    private static func endOfNumber(_ text: Bytes, from start: Int) -> Int? {
      var end = start
      while end < text.count, end < start + 3, text[end].isDigit { end += 1 }
      return end > start ? end : nil
    }
  }
}
