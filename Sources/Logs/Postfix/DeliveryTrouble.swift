import Bytes
import Facts

extension Postfix {
  /// What the delivery agents, mostly `smtp(8)` and `lmtp(8)`, say between two attempts, often without a queue id.
  enum Trouble {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      switch text.first {
      case UInt8(ascii: "h") where text.hasPrefix("host "):
        return refusal(text, fact) || offer(text, fact)
      case UInt8(ascii: "P") where text.hasPrefix("Protocol error: host "):
        guard refusal(text.dropFirst(16), fact) else { return false }
        fact[.reply] = text
        return true
      case UInt8(ascii: "l") where text.hasPrefix("lost connection with "):
        return about(text, text.dropFirst(21), fact)
      case UInt8(ascii: "c") where text.hasPrefix("conversation with "):
        return about(text, text.dropFirst(18), fact)
      case UInt8(ascii: "c") where text.hasPrefix("connect to "):
        return connection(text, fact)
      case UInt8(ascii: "e") where text.hasPrefix("enabling PIX "):
        guard let at = text.lastIndex(of: " for ") else { return false }
        return about(text, text.dropFirst(at + 5), fact)
      case UInt8(ascii: "S") where DeliveryText.isAuthentication(text):
        return authentication(text, fact)
      case UInt8(ascii: "p") where text.hasPrefix("passing <"):
        return passing(text, fact)
      case UInt8(ascii: "H") where text.hasPrefix("Host offered STARTTLS: ["):
        fact.event = .other
        fact[.reason] = text.prefix(21)
        if text.last == UInt8(ascii: "]") { fact[.relayName] = text[24..<max(24, text.count - 1)] }
        return true
      case UInt8(ascii: "A"), UInt8(ascii: "U"), UInt8(ascii: "V"):
        // A session of TLS, mostly.
        return false
      default:
        guard beginnings.contains(where: { text.hasPrefix($0) }) else { return false }
        note(text, fact)
        return true
      }
    }

    private static let beginnings: [StaticString] = [
      "Cannot start TLS: ", "TLS is required, but ", "Server certificate ", "client TLS configuration problem",
      "TLSA lookup error for ", "REQUIRETLS Failure: ", "breaking line > ", "message size ",
      "local data error while talking to ", "unexpected server message",
      "SMTPUTF8 is required, but was not offered by ",
      "mail for ", "unable to look up host ", "unable to find primary relay for ",
      "network address conversion failed: ",
      "Server configuration error", "server configuration error", "all network protocols are disabled",
      "Host or domain name not found", "non-SMTP response from ", "non-ESMTP response from ", "non-LMTP response from ",
      "SMTPS wrappermode (TCP port 465) requires ", "skipping SRV lookup for ",
    ]

    /// `passing <a@example.net> to transport=smtp`: another agent takes this recipient (mailbox_transport and others).
    private static func passing(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let end = Angled.close(text, from: 9), text.dropFirst(end).hasPrefix("> to transport=") else {
        return false
      }
      note(text, fact)
      fact[.recipient] = text[9..<end]
      return true
    }

    /// `host mx.example[192.0.2.1] offers SMTPUTF8 support, but not 8BITMIME`
    private static func offer(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(text.dropFirst(5)), text.dropFirst(5 + peer.length).hasPrefix(" offers ") else {
        return false
      }
      note(text, fact)
      peer.fillRelay(of: fact)
      return true
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

    /// `SASL authentication failed; server mx.example[192.0.2.1] said: 535 5.7.8 Error: authentication failed`, `SASL
    /// authentication failed; cannot authenticate to server mx.example[192.0.2.1]: no mechanism available`
    private static func authentication(_ text: Bytes, _ fact: Fact) -> Bool {
      fact.event = .auth
      fact[.result] = Bytes("fail")
      fact[.reason] = text
      guard let at = text.firstIndex(of: "server ") else { return true }
      let rest = text.dropFirst(at + 7)
      Peer(rest)?.fillRelay(of: fact)
      // One that is remembered is told by name alone.
      guard let said = rest.firstIndex(of: " said: "), rest.prefix(said).firstIndex(of: " ") == nil else { return true }
      if fact[.relayName] == nil, fact[.relayAddress] == nil { fact[.relayName] = rest.prefix(said) }
      let reply = Reply(rest.dropFirst(said + 7))
      reply.fillCodes(of: fact)
      fact[.reply] = rest.dropFirst(said + 7)
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
