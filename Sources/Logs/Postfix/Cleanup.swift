import Bytes
import Facts

extension Postfix {
  /// Lines of `cleanup(8)`, which takes each message into the queue.
  enum Cleanup {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if let (id, rest) = QueueID.split(text) {
        fact[.queueID] = id
        if rest.hasPrefix("message-id=") {
          fact.event = .messageID
          let value = messageID(rest.dropFirst(11))
          if !value.isEmpty { fact[.messageID] = value }
          return .recognized
        }
        if rest.hasPrefix("resent-message-id=") {
          fact.event = .other
          fact[.action] = Bytes("resend")
          let value = messageID(rest.dropFirst(18))
          if !value.isEmpty { fact[.messageID] = value }
          return .recognized
        }
        if rest.hasPrefix("to=<"), Delivery.attempt(rest, fact, transport: "cleanup") { return .recognized }
        if ContentCheck.read(rest, fact) { return .recognized }
        if Decision.read(rest, fact) == .recognized { return .recognized }
        if rest == "removed (canceled)" || rest == "canceled" {
          fact.event = .removed
          return .recognized
        }
      }
      return Daemon.read(text, fact)
    }

    /// The value of a Message-ID field without its angle brackets, if one pair encloses all of it.
    ///
    /// The header is the sender's: `<a@b@c> (comment) <second@x>` and `12345.no.brackets` stay as they are.
    private static func messageID(_ value: Bytes) -> Bytes {
      guard value.first == UInt8(ascii: "<"), value.count >= 2, let close = value.firstIndex(of: UInt8(ascii: ">"))
      else { return value }
      if close == value.count - 1 { return value[1..<close] }
      guard value.last == UInt8(ascii: ">") else { return value }
      var depth = 0
      var isQuoted = false
      for i in 0..<value.count - 1 {
        switch value[i] {
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "<") where !isQuoted: depth += 1
        case UInt8(ascii: ">") where !isQuoted: depth -= 1
        default: break
        }
        if depth == 0 { return value }
      }
      return value[1..<value.count - 1]
    }
  }
}
