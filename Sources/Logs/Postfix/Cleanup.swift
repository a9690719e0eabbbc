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
          if let value = messageID(rest.dropFirst(11)) { fact[.messageID] = value }
          return .recognized
        }
        if rest.hasPrefix("resent-message-id=") {
          fact.event = .other
          fact[.action] = Bytes("resend")
          if let value = messageID(rest.dropFirst(18)) { fact[.messageID] = value }
          return .recognized
        }
        if rest.hasPrefix("to=<"), Delivery.attempt(rest, fact, transport: "cleanup") { return .recognized }
        if ContentCheck.read(rest, fact) { return .recognized }
        if Decision.read(rest, fact) == .recognized { return .recognized }
        if rest == "removed (canceled)" || rest == "removed (discarded)" || rest == "canceled" {
          fact.event = .removed
          return .recognized
        }
        if rest.hasSuffix(" -- message not accepted, try again later") {
          Warning.note(text, fact)
          return .recognized
        }
      }
      return Daemon.read(text, fact)
    }

    /// The value of a Message-ID field without its angle brackets, if one pair encloses all of it; nil if there is
    /// none, or if the line was cut inside of it.
    ///
    /// The header is the sender's: `<a@b@c> (comment) <second@x>` and `12345.no.brackets` stay as they are.
    private static func messageID(_ value: Bytes) -> Bytes? {
      guard value.first == UInt8(ascii: "<") else { return value.isEmpty ? nil : value }
      let hit = value.firstIndex(
        from: 1, of: { $0.equal(to: UInt8(ascii: ">")) | $0.equal(to: UInt8(ascii: "\"")) })
      if let hit, hit == value.count - 1, value[hit] == UInt8(ascii: ">") { return hit > 1 ? value[1..<hit] : nil }
      guard value.contains(UInt8(ascii: ">")) else { return nil }
      return isEnclosed(value) ? value[1..<value.count - 1] : value
    }

    /// Whether the first bracket is closed by the last byte and not before, brackets within quotes not counted.
    private static func isEnclosed(_ value: Bytes) -> Bool {
      var depth = 0
      var isQuoted = false
      for i in 0..<value.count - 1 {
        switch value[i] {
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "<") where !isQuoted: depth += 1
        case UInt8(ascii: ">") where !isQuoted: depth -= 1
        default: break
        }
        if depth == 0 { return false }
      }
      return value.last == UInt8(ascii: ">") && !isQuoted
    }
  }
}
