import Bytes
import Facts

extension Postfix {
  /// A match of header_checks(5) or body_checks(5), as `cleanup(8)` tells it:
  /// `reject: header Subject: x from mx.example[192.0.2.1]; from=<…> to=<…> proto=ESMTP helo=<…>: 5.7.1 not welcome`.
  enum ContentCheck {
    /// Reads what stands behind the queue id.
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let colon = text.prefix(Limits.wordBytes).firstIndex(of: UInt8(ascii: ":")),
        text.dropFirst(colon).hasPrefix(": "),
        let (kind, isMilter) = kind(of: text.prefix(colon))
      else { return false }
      let rest = text.dropFirst(colon + 2)
      if kind.event == .reject, rest.hasPrefix("mime-error ") { return malformed(rest.dropFirst(11), fact) }
      guard let check = checks.first(where: { rest.hasPrefix($0.word) }) else { return false }
      let content = rest.dropFirst(check.word.utf8CodeUnitCount)
      guard let origin = Origin(content) else { return false }

      fact.event = kind.event
      fact[.action] = kind.action.map { Bytes($0) }
      fact[.engine] = isMilter ? Bytes("milter_header_checks") : Bytes(check.engine)
      fact[.stage] = Bytes("end-of-data")
      if rest.hasPrefix("header ") { fact[.subject] = subject(content.prefix(origin.start)) }
      origin.peer?.fillClient(of: fact)
      origin.envelope?.fill(fact)
      if !origin.reason.isEmpty { fill(fact, origin.reason) }
      return true
    }

    /// Reads what `smtp(8)` says behind the queue id about its own checks of what it sends, smtp_header_checks(5):
    /// `replace: header Received: from a: Received: from b`. Where the header ends is not told.
    static func readSent(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let colon = text.prefix(Limits.wordBytes).firstIndex(of: ": "),
        let kind = kinds.first(where: { text.prefix(colon) == $0.word && $0.event == .other })
      else { return false }
      let rest = text.dropFirst(colon + 2)
      guard rest.hasPrefix("header ") || rest.hasPrefix("body ") else { return false }
      fact.event = .other
      fact[.action] = kind.action.map { Bytes($0) }
      fact[.engine] = rest.hasPrefix("header ") ? Bytes("smtp_header_checks") : Bytes("smtp_body_checks")
      fact[.reason] = rest
      return true
    }

    /// `hold`, or `milter-header-hold` for a header that a milter added (milter_header_checks).
    private static func kind(of word: Bytes) -> (kind: Kind, isMilter: Bool)? {
      let isMilter = word.hasPrefix("milter-header-")
      let word = isMilter ? word.dropFirst(14) : word
      return kinds.first { word == $0.word }.map { ($0, isMilter) }
    }

    /// `improper use of 8-bit data in message header: Subject: x from mx.example[192.0.2.1]; from=<…> to=<…>`: the
    /// message breaks the rules of MIME (strict_8bitmime and others).
    private static func malformed(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let colon = text.firstIndex(of: ": "), let origin = Origin(text.dropFirst(colon + 2)) else { return false }
      fact.event = .reject
      fact[.engine] = Bytes("mime")
      fact[.stage] = Bytes("end-of-data")
      fact[.reason] = text.prefix(colon)
      origin.peer?.fillClient(of: fact)
      origin.envelope?.fill(fact)
      // It stands for a recipient that is not known.
      if let recipient = fact[.recipient], recipient == "unknown" { fact[.recipient] = nil }
      return true
    }

    /// The postmaster's own text: a reply, a new recipient, a transport, a header.
    private static func fill(_ fact: Fact, _ text: Bytes) {
      guard fact.event == .reject else {
        fact[.reason] = text
        return
      }
      let reply = Reply(text)
      reply.fillCodes(of: fact)
      fact[.reply] = text
      if !reply.text.isEmpty { fact[.reason] = reply.text }
    }

    /// The value of `Subject: x`, as far as it was logged (200 characters).
    private static func subject(_ header: Bytes) -> Bytes? {
      guard header.prefix(8).equalsIgnoringCase(Bytes("Subject:")) else { return nil }
      return header.dropFirst(8).trimmed
    }

    /// Where the content, which is the sender's and may imitate all of this, ends and Postfix's words go on.
    private struct Origin {
      var start: Int
      var peer: Peer?
      var envelope: Envelope?
      var reason: Bytes

      /// The last place that reads as ` from mx.example[192.0.2.1]; from=<…> …`, not counting what its own envelope
      /// holds.
      init?(_ content: Bytes) {
        guard let found = Origin.find(content) else { return nil }
        self = found
      }

      private init(start: Int, peer: Peer?, envelope: Envelope?, reason: Bytes) {
        (self.start, self.peer, self.envelope, self.reason) = (start, peer, envelope, reason)
      }

      private static func find(_ content: Bytes) -> Origin? {
        var best: Origin?
        var from = 0
        var tries = 0
        while tries < Limits.envelopeCandidates, let at = content.firstIndex(of: " from ", from: from) {
          from = at + 6
          let behind = content.dropFirst(from)
          let peer = Peer(behind)
          let length = peer?.length ?? (behind.hasPrefix("local;") ? 5 : behind.hasPrefix("unknown;") ? 7 : 0)
          var end = from + length
          guard length > 0, end < content.count, content[end] == UInt8(ascii: ";") else { continue }
          tries += 1
          end += 1
          var envelope: Envelope?
          if end < content.count, content[end] == UInt8(ascii: " "), Envelope.begins(content.dropFirst(end + 1)) {
            guard let read = Envelope(content, from: end + 1), !read.isCut else { continue }
            envelope = read
            end = read.end
          }
          guard end == content.count || content.dropFirst(end).hasPrefix(": ") else { continue }
          best = Origin(start: at, peer: peer, envelope: envelope, reason: content.dropFirst(end + 2))
          from = end
        }
        return best
      }
    }

    private struct Check {
      let word: StaticString
      let engine: StaticString
    }

    private static let checks = [
      Check(word: "header ", engine: "header_checks"), Check(word: "body ", engine: "body_checks"),
      Check(word: "mime-header ", engine: "mime_header_checks"), Check(word: "mime ", engine: "mime_header_checks"),
      Check(word: "nested ", engine: "nested_header_checks"), Check(word: "content ", engine: "content_checks"),
    ]

    private struct Kind {
      let word: StaticString
      let event: Event
      let action: StaticString?
    }

    private static let kinds = [
      Kind(word: "reject", event: .reject, action: nil), Kind(word: "hold", event: .held, action: "hold"),
      Kind(word: "discard", event: .discarded, action: "discard"),
      Kind(word: "redirect", event: .redirected, action: "redirect"),
      Kind(word: "filter", event: .redirected, action: "filter"), Kind(word: "warning", event: .other, action: "warn"),
      Kind(word: "info", event: .other, action: "info"), Kind(word: "prepend", event: .other, action: "prepend"),
      Kind(word: "replace", event: .other, action: "replace"), Kind(word: "strip", event: .other, action: "strip"),
      Kind(word: "bcc", event: .other, action: "bcc"), Kind(word: "pass", event: .other, action: "pass"),
      Kind(word: "delay", event: .other, action: "delay"),
    ]
  }
}
