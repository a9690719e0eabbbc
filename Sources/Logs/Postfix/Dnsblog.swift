import Bytes
import Facts

extension Postfix {
  /// Lines of `dnsblog(8)`, which asks DNS lists for `postscreen(8)`.
  enum Dnsblog {
    /// `addr 192.0.2.1 listed by domain zen.example.org as 127.0.0.2`
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      var cursor = ByteCursor(text)
      guard cursor.take("addr "), let address = cursor.take(upTo: UInt8(ascii: " ")),
        cursor.take(" listed by domain ") || cursor.take(" blocked by domain "),
        let list = cursor.take(upTo: UInt8(ascii: " ")), cursor.take(" as "), !cursor.isAtEnd
      else { return Daemon.read(text, fact) }
      fact.event = .dnsbl
      fact[.clientAddress] = address
      fact[.engine] = list
      fact[.reason] = cursor.rest
      return .recognized
    }
  }
}
