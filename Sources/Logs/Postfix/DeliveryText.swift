import Bytes
import Facts

extension Postfix {
  /// The text in parentheses behind `status=`: a reply, or what `smtp(8)` says about it.
  enum DeliveryText {
    /// Fills the reply and what can be learned from it: code, stage, the next hop's queue id, a filter's decision.
    ///
    /// `isWhole` tells that the line was not cut: of half a text only the code is believed.
    static func fill(_ fact: Fact, _ text: Bytes, isWhole: Bool) {
      fact[.reply] = text
      if let code = Reply.code(text) {
        fact[.code] = code
        if isWhole, text[0] == UInt8(ascii: "2") { accepted(fact, text) }
        return
      }
      if text.hasPrefix("forwarded as ") {
        guard isWhole else { return }
        fact[.nextQueueID] = QueueID.foreign(text.dropFirst(13))
        fact[.action] = Bytes("forwarded")
        return
      }
      fact[.code] = code(text)
      if isWhole { fact[.stage] = stage(text) }
    }

    /// The code of the remote host in `host mx.example[192.0.2.1] said: 550 …` or `… refused to talk to me: 421 …`.
    static func code(_ text: Bytes) -> Int64? {
      let text = bare(text)
      if text.hasPrefix("host "), let peer = Peer(text.dropFirst(5)) {
        let rest = text.dropFirst(5 + peer.length)
        if rest.hasPrefix(" said: ") { return Reply.code(rest.dropFirst(7).prefix(4)) }
        if rest.hasPrefix(" refused to talk to me: ") { return Reply.code(rest.dropFirst(24).prefix(4)) }
      } else if isAuthentication(text), let at = text.firstIndex(of: " said: ") {
        return Reply.code(text.dropFirst(at + 7).prefix(4))
      }
      return nil
    }

    /// `SASL authentication failed; …`, or of a failure that is remembered `SASL [CACHED] authentication failed; …`.
    static func isAuthentication(_ text: Bytes) -> Bool {
      text.hasPrefix("SASL authentication failed") || text.hasPrefix("SASL [CACHED] authentication failed")
    }

    /// Behind "delivery temporarily suspended" stands the same text once more, and behind "Protocol error" what the host
    /// should not have said.
    private static func bare(_ text: Bytes) -> Bytes {
      var text = text
      if text.hasPrefix(suspended) { text = text.dropFirst(suspended.utf8CodeUnitCount) }
      return text.hasPrefix("Protocol error: ") ? text.dropFirst(16) : text
    }

    /// How far the session came.
    static func stage(_ text: Bytes) -> Bytes? {
      let text = bare(text)
      switch text.first {
      case UInt8(ascii: "h") where text.hasPrefix("host "):
        guard let peer = Peer(text.dropFirst(5)) else { return nil }
        let rest = text.dropFirst(5 + peer.length)
        if rest.hasPrefix(" refused to talk to me: ") { return refusalStage(rest.dropFirst(24)) }
        guard text.hasSuffix(" command)"), let at = text.lastIndex(of: " (in reply to ") else { return nil }
        return Stage.ofRequest(text.dropFirst(at + 14))
      case UInt8(ascii: "l") where text.hasPrefix("lost connection with "),
        UInt8(ascii: "c") where text.hasPrefix("conversation with "):
        guard let at = text.firstIndex(of: " while ") else { return nil }
        return Stage.ofRequest(text.dropFirst(at + 7))
      case UInt8(ascii: "c") where text.hasPrefix("connect to "):
        return Bytes("connect")
      case UInt8(ascii: "C") where text.hasPrefix("Cannot start TLS"),
        UInt8(ascii: "T") where text.hasPrefix("TLS is required"),
        UInt8(ascii: "T") where text.hasPrefix("TLSA lookup error"),
        UInt8(ascii: "R") where text.hasPrefix("REQUIRETLS Failure"),
        UInt8(ascii: "c") where text == "client TLS configuration problem",
        UInt8(ascii: "S") where text.hasPrefix("Server certificate"):
        return Bytes("starttls")
      case UInt8(ascii: "S") where isAuthentication(text):
        return Bytes("auth")
      default:
        return nil
      }
    }

    /// A host refuses to talk in place of its greeting or behind EHLO, and smtp(8) does not say which. A text that
    /// speaks of HELO was an answer to it; 554 and 421 are the codes in place of a greeting (RFC 5321 §3.1, §3.8).
    private static func refusalStage(_ reply: Bytes) -> Bytes? {
      if reply.contains("HELO") || reply.contains("EHLO") || reply.contains("Helo command") { return Bytes("helo") }
      return reply.hasPrefix("554") || reply.hasPrefix("421") ? Bytes("banner") : nil
    }

    private static let suspended: StaticString = "delivery temporarily suspended: "

    /// What a positive reply says about the mail's way: the id that it has now, or that a filter threw it away.
    private static func accepted(_ fact: Fact, _ text: Bytes) {
      if let at = lastQueued(text) {
        fact[.nextQueueID] = QueueID.foreign(text.dropFirst(at))
        if let but = text.dropFirst(at).firstIndex(of: ", but ") { partlyFiltered(fact, text.dropFirst(at + but + 6)) }
      } else if let at = text.firstIndex(of: "Ok, ") {
        filtered(fact, text.dropFirst(at + 4))
      } else if text.hasPrefix("250 2.5.0 Ok <"), let at = text.firstIndex(of: ">, DSN ") {
        notified(fact, text.dropFirst(at + 7))
      } else if let at = text.firstIndex(of: "Message accepted for delivery"), at > 0 {
        fact[.nextQueueID] = lastWord(text.prefix(at - 1))
      } else if let sign = text.firstIndex(of: UInt8(ascii: "=")), text.prefix(sign).hasSuffix(" id") {
        fact[.nextQueueID] = QueueID.foreign(text.dropFirst(sign + 1))
      }
    }

    /// The index behind the last `queued as `: a filter quotes the reply of the host behind it.
    private static func lastQueued(_ text: Bytes) -> Int? {
      var found: Int?
      var from = 0
      while let at = text.firstIndex(of: "queued as ", from: from) {
        from = at + 10
        found = from
      }
      return found
    }

    /// amavis: `Ok, discarded, id=05442-06 - spam`, `Ok, id=05442-06, BOUNCE`. Its id is that of its own log.
    private static func filtered(_ fact: Fact, _ text: Bytes) {
      if text.hasPrefix("discarded, id=") || text.contains(", DISCARD") {
        fact[.action] = Bytes("discard")
        fact[.engine] = Bytes("amavis")
      } else if text.hasSuffix(", BOUNCE") || text.hasSuffix(", REJECT") {
        fact[.action] = Bytes("bounce")
        fact[.engine] = Bytes("amavis")
      } else if let at = text.firstIndex(of: ", ") {
        partlyFiltered(fact, text.dropFirst(at + 2))
      }
    }

    /// amavis by LMTP: `Ok <a@example.net>, DSN was sent (554 5.7.0 Bounce, id=05442-06 - BANNED: .exe)`, `DSN suppressed (…)`.
    private static func notified(_ fact: Fact, _ text: Bytes) {
      guard text.hasPrefix("was sent (") || text.hasPrefix("suppressed") else { return }
      fact[.action] = text.hasPrefix("was sent (") ? Bytes("bounce") : Bytes("discard")
      fact[.engine] = Bytes("amavis")
    }

    /// amavis: `1 DISCARD`, `1 BOUNCE, and 2 DISCARD`: what became of some of the recipients, who are not named.
    private static func partlyFiltered(_ fact: Fact, _ text: Bytes) {
      guard text.first?.isDigit ?? false else { return }
      let returned = text.contains(" BOUNCE") || text.contains(" REJECT")
      let discarded = text.contains(" DISCARD")
      guard returned || discarded else { return }
      fact[.action] = returned && discarded ? Bytes("split") : Bytes(returned ? "bounce-some" : "discard-some")
      fact[.engine] = Bytes("amavis")
    }

    /// The word before `Message accepted for delivery` (Sendmail, OpenSMTPD), unless it belongs to the codes.
    private static func lastWord(_ text: Bytes) -> Bytes? {
      guard let space = text.lastIndex(of: UInt8(ascii: " ")) else { return nil }
      let word = text.dropFirst(space + 1)
      guard let id = QueueID.foreign(word), id.count == word.count, Reply.enhancedCodeLength(word) == 0 else {
        return nil
      }
      for i in 0..<id.count where id[i].isDigit { return id }
      return nil
    }
  }
}
