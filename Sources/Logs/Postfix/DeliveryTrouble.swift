import Bytes
import Facts

extension Postfix {
  /// What `smtp(8)` and `lmtp(8)` say about a connection between two attempts, often without a queue id.
  enum Trouble {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      switch text.first {
      case UInt8(ascii: "h") where text.hasPrefix("host "):
        return refusal(text, fact)
      case UInt8(ascii: "l") where text.hasPrefix("lost connection with "):
        return about(text, text.dropFirst(21), fact)
      case UInt8(ascii: "c") where text.hasPrefix("conversation with "):
        return about(text, text.dropFirst(18), fact)
      case UInt8(ascii: "c") where text.hasPrefix("connect to "):
        return connection(text, fact)
      case UInt8(ascii: "e") where text.hasPrefix("enabling PIX workarounds: "):
        guard let at = text.lastIndex(of: " for ") else { return false }
        return about(text, text.dropFirst(at + 5), fact)
      case UInt8(ascii: "S") where text.hasPrefix("SASL authentication failed"):
        return authentication(text, fact)
      case UInt8(ascii: "C") where text.hasPrefix("Cannot start TLS: "),
        UInt8(ascii: "T") where text.hasPrefix("TLS is required, but "),
        UInt8(ascii: "S") where text.hasPrefix("Server certificate "),
        UInt8(ascii: "b") where text.hasPrefix("breaking line > "),
        UInt8(ascii: "p") where text.hasPrefix("passing <") && text.contains("> to transport="):
        note(text, fact)
        return true
      case UInt8(ascii: "H") where text.hasPrefix("Host offered STARTTLS: ["):
        fact.event = .other
        fact[.reason] = text.prefix(21)
        if text.last == UInt8(ascii: "]") { fact[.relayName] = text[24..<max(24, text.count - 1)] }
        return true
      default:
        return false
      }
    }

    /// `host mx.example[192.0.2.1] said: 450 4.7.1 <a@example.net>: Greylisted (in reply to RCPT TO command)`
    private static func refusal(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(text.dropFirst(5)) else { return false }
      let rest = text.dropFirst(5 + peer.length)
      let said: Bytes
      if rest.hasPrefix(" said: ") {
        said = rest.dropFirst(7)
      } else if rest.hasPrefix(" refused to talk to me: ") {
        said = rest.dropFirst(24)
      } else {
        return false
      }
      fact.event = .other
      peer.fillRelay(of: fact)
      let reply = Reply(said)
      reply.fillCodes(of: fact)
      fact[.stage] = DeliveryText.stage(text)
      fact[.reply] = text
      return true
    }

    /// `connect to mx.example[192.0.2.1]:25: Connection refused`
    private static func connection(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(text.dropFirst(11)), text.dropFirst(11 + peer.length).hasPrefix(": ") else { return false }
      fact.event = .other
      peer.fillRelay(of: fact)
      fact[.stage] = Bytes("connect")
      fact[.reason] = text.dropFirst(13 + peer.length)
      return true
    }

    /// `SASL authentication failed; server mx.example[192.0.2.1] said: 535 5.7.8 Error: authentication failed`
    private static func authentication(_ text: Bytes, _ fact: Fact) -> Bool {
      fact.event = .auth
      fact[.result] = Bytes("fail")
      fact[.reason] = text
      guard text.hasPrefix("SASL authentication failed; server "), let peer = Peer(text.dropFirst(35)) else {
        return true
      }
      peer.fillRelay(of: fact)
      let rest = text.dropFirst(35 + peer.length)
      guard rest.hasPrefix(" said: ") else { return true }
      let reply = Reply(rest.dropFirst(7))
      reply.fillCodes(of: fact)
      fact[.reply] = rest.dropFirst(7)
      fact[.reason] = reply.text
      return true
    }

    private static func about(_ text: Bytes, _ rest: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(rest) else { return false }
      peer.fillRelay(of: fact)
      note(text, fact)
      return true
    }

    private static func note(_ text: Bytes, _ fact: Fact) {
      fact.event = .other
      fact[.reason] = text
      fact[.stage] = DeliveryText.stage(text)
    }
  }
}
