import Bytes
import Facts

extension Postfix {
  /// The envelope behind a decision: `from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<mx.example.org>`, each
  /// part if known.
  ///
  /// All of it is the client's word, and so may be the text before it. `postscreen(8)` puts commas between the parts.
  struct Envelope {
    private(set) var sender: Bytes?
    private(set) var recipient: Bytes?
    private(set) var `protocol`: Bytes?
    private(set) var helo: Bytes?
    /// Who authenticated, and how.
    private(set) var user: Bytes?
    private(set) var mechanism: Bytes?
    /// The index behind the last part.
    private(set) var end: Int
    /// Whether a part has no end: the line was cut in it, and the part is left out.
    private(set) var isCut = false

    /// Reads the parts from `start` on; nil if there is none.
    init?(_ text: Bytes, from start: Int) {
      end = start
      while end < text.count {
        var next = end
        if next > start {
          if text[next] == UInt8(ascii: ",") { next += 1 }
          guard next < text.count, text[next] == UInt8(ascii: " ") else { break }
          next += 1
        }
        guard let key = Envelope.key(text.dropFirst(next)) else { break }
        next += key.name.utf8CodeUnitCount
        // An address always has brackets.
        if key.part == .sender || key.part == .recipient, next < text.count, text[next] != UInt8(ascii: "<") { break }
        let word = key.part == .user ? Envelope.userName(text, from: next) : nil
        guard let value = word ?? Envelope.value(text, from: next) else {
          isCut = true
          end = text.count
          break
        }
        end = value.end
        switch key.part {
        case .sender: sender = value.bytes
        case .recipient: recipient = value.bytes
        case .protocol: `protocol` = value.bytes.isEmpty ? nil : value.bytes
        case .helo: helo = value.bytes.isEmpty ? nil : value.bytes
        case .user: user = value.bytes.isEmpty ? nil : value.bytes
        case .mechanism: mechanism = value.bytes.isEmpty ? nil : value.bytes
        case .other: break
        }
      }
      guard end > start else { return nil }
    }

    func fill(_ fact: Fact) {
      fact[.sender] = sender
      fact[.recipient] = recipient
      fact[.protocol] = `protocol`
      fact[.helo] = helo
      fact[.user] = user
      fact[.mechanism] = mechanism
    }

    /// The first envelope behind a `; ` that reaches to the end of `text`, with the index of that semicolon.
    static func last(in text: Bytes, from start: Int) -> (envelope: Envelope, semicolon: Int)? {
      var from = start
      var tries = 0
      while tries < Limits.envelopeCandidates, let semicolon = text.firstIndex(of: UInt8(ascii: ";"), from: from) {
        from = semicolon + 1
        guard from < text.count, text[from] == UInt8(ascii: " "), key(text.dropFirst(from + 1)) != nil else { continue }
        tries += 1
        if let envelope = Envelope(text, from: from + 1), envelope.end == text.count {
          return (envelope, semicolon)
        }
      }
      return nil
    }

    private enum Part { case sender, recipient, `protocol`, helo, user, mechanism, other }

    /// Whether one of the parts begins here.
    static func begins(_ text: Bytes) -> Bool { key(text) != nil }

    private static func key(_ text: Bytes) -> (name: StaticString, part: Part)? {
      switch text.first {
      case UInt8(ascii: "f"): text.hasPrefix("from=") ? ("from=", .sender) : nil
      case UInt8(ascii: "t"): text.hasPrefix("to=") ? ("to=", .recipient) : nil
      case UInt8(ascii: "p"): text.hasPrefix("proto=") ? ("proto=", .protocol) : nil
      case UInt8(ascii: "h"): text.hasPrefix("helo=") ? ("helo=", .helo) : nil
      case UInt8(ascii: "s"):
        text.hasPrefix("sasl_username=")
          ? ("sasl_username=", .user)
          : text.hasPrefix("sasl_method=")
            ? ("sasl_method=", .mechanism) : text.hasPrefix("sasl_sender=") ? ("sasl_sender=", .other) : nil
      default: nil
      }
    }

    /// A user's name without brackets may hold spaces: it ends before the submitter that AUTH= told, or with the line. Nil
    /// if more of a decision seems to follow, or if there are brackets.
    private static func userName(_ text: Bytes, from start: Int) -> (bytes: Bytes, end: Int)? {
      let rest = text.dropFirst(start)
      let name = rest.prefix(rest.firstIndex(of: " sasl_sender=") ?? rest.count)
      return name.first == UInt8(ascii: "<") || name.contains("; ") ? nil : (name, start + name.count)
    }

    private static func value(_ text: Bytes, from start: Int) -> (bytes: Bytes, end: Int)? {
      guard start < text.count else { return nil }
      if text[start] == UInt8(ascii: "<") {
        guard let close = Angled.close(text, from: start + 1) else { return nil }
        return (text[start + 1..<close], close + 1)
      }
      var end = start
      while end < text.count, text[end] > 0x20, text[end] != UInt8(ascii: ","), text[end] != UInt8(ascii: ":"),
        text[end] != UInt8(ascii: ";")
      {
        end += 1
      }
      return (text[start..<end], end)
    }
  }
}
