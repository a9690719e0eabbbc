import Bytes
import Facts

extension Postfix {
  /// A decision on a client's command, in one shape for access tables, policy services, milters and filters
  /// (access(5)): `reject: RCPT from mx.example[192.0.2.1]: 554 5.7.1 <a@example.net>: Relay access denied; from=<…>
  /// to=<…> proto=ESMTP helo=<…>`.
  enum Decision {
    /// Reads what stands behind the queue id or `NOQUEUE`.
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard let colon = text.prefix(Limits.wordBytes).firstIndex(of: UInt8(ascii: ":")),
        text.dropFirst(colon).hasPrefix(": "),
        let kind = kinds.first(where: { text.prefix(colon) == $0.word })
      else { return .unrecognized }
      var rest = text.dropFirst(colon + 2)
      guard let stage = takeStage(&rest, fact) else { return .unrecognized }

      fact.event = kind.event
      fact[.stage] = Stage.ofCommand(stage)
      fact[.action] = kind.action.map { Bytes($0) }
      fact[.engine] = kind.engine.map { Bytes($0) }
      fill(fact, rest, isReply: kind.event == .reject && kind.isReply)
      return .recognized
    }

    /// `RCPT from mx.example[192.0.2.1]: `, or of an older proxy filter `END-OF-MESSAGE: `.
    private static func takeStage(_ rest: inout Bytes, _ fact: Fact) -> Bytes? {
      let head = rest.prefix(Limits.wordBytes)
      if let from = head.firstIndex(of: " from "), head.prefix(from).firstIndex(of: UInt8(ascii: ":")) == nil {
        let stage = rest.prefix(from)
        guard let peer = Peer(rest.dropFirst(from + 6)) else { return nil }
        rest = rest.dropFirst(from + 6 + peer.length)
        guard rest.hasPrefix(": ") || rest == ":" else { return nil }
        rest = rest.dropFirst(2)
        peer.fillClient(of: fact)
        return stage
      }
      guard let colon = head.firstIndex(of: ": "), !head.prefix(colon).contains(" ") else { return nil }
      defer { rest = rest.dropFirst(colon + 2) }
      return rest.prefix(colon)
    }

    private static func fill(_ fact: Fact, _ text: Bytes, isReply: Bool) {
      // The address that a reply begins with may hold all that an envelope does.
      let subject = Reply(text).text
      var behind = 0
      if subject.first == UInt8(ascii: "<") {
        behind = Angled.split(subject).map { text.count - $0.rest.count } ?? text.count
        if text.count > Limits.replyBytes, text[Limits.replyBytes] == UInt8(ascii: ";") {
          behind = min(behind, Limits.replyBytes)
        }
      }
      let envelope = Envelope.last(in: text, from: behind)
      envelope?.envelope.fill(fact)
      // The semicolon stands even where nothing is known to follow it.
      let bare = text.last == UInt8(ascii: ";") ? text.count - 1 : text.count
      let reply = text.prefix(envelope?.semicolon ?? bare)
      guard !reply.isEmpty else { return }
      let parts = Reply(reply)
      parts.fillCodes(of: fact)
      let reason = parts.reason
      if !reason.isEmpty { fact[.reason] = reason }
      if isReply { fact[.reply] = reply }
      if fact.event == .other, parts.code != nil { DeliveryText.fill(fact, reply, isWhole: envelope != nil) }
      if let list = list(reply) { fact[.engine] = list }
    }

    /// The DNS list of `Client host [192.0.2.1] blocked using zen.example.org; …`.
    private static func list(_ reply: Bytes) -> Bytes? {
      guard let at = reply.firstIndex(of: " blocked using ") else { return nil }
      let behind = reply.dropFirst(at + 15)
      var length = 0
      while length < behind.count, behind[length] > 0x20, behind[length] != UInt8(ascii: ";"),
        behind[length] != UInt8(ascii: ",")
      {
        length += 1
      }
      return length > 0 ? behind.prefix(length) : nil
    }

    private struct Kind {
      let word: StaticString
      let event: Event
      var action: StaticString? = nil
      var engine: StaticString? = nil
      /// Whether the client is told the text that a refusal has.
      var isReply = true
    }

    private static let kinds = [
      Kind(word: "reject", event: .reject),
      Kind(word: "milter-reject", event: .reject, engine: "milter"),
      Kind(word: "reject_warning", event: .reject, action: "warn"),
      Kind(word: "proxy-reject", event: .reject, engine: "proxy"),
      Kind(word: "hangup", event: .reject, action: "hangup", isReply: false),
      Kind(word: "hold", event: .held, action: "hold"),
      Kind(word: "milter-hold", event: .held, action: "hold", engine: "milter"),
      Kind(word: "milter-quarantine", event: .held, action: "quarantine", engine: "milter"),
      Kind(word: "discard", event: .discarded, action: "discard"),
      Kind(word: "milter-discard", event: .discarded, action: "discard", engine: "milter"),
      Kind(word: "redirect", event: .redirected, action: "redirect"),
      Kind(word: "filter", event: .redirected, action: "filter"),
      Kind(word: "proxy-accept", event: .other, action: "accept", engine: "proxy"),
      Kind(word: "warn", event: .other, action: "warn"),
      Kind(word: "info", event: .other, action: "info"),
      Kind(word: "bcc", event: .other, action: "bcc"),
      Kind(word: "prepend", event: .other, action: "prepend"),
      Kind(word: "permit", event: .other, action: "permit"),
      Kind(word: "delay", event: .other, action: "delay"),
      Kind(word: "dunno", event: .other, action: "dunno"),
      Kind(word: "replace", event: .other, action: "replace"),
      Kind(word: "strip", event: .other, action: "strip"),
      Kind(word: "pass", event: .other, action: "pass"),
      Kind(word: "abort", event: .other, action: "abort"),
    ]
  }
}
