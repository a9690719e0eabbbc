import Bytes
import Facts

extension Postfix {
  /// Lines of `postscreen(8)`, which keeps zombies away from `smtpd(8)` (POSTSCREEN_README).
  enum Postscreen {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if text.hasPrefix("CONNECT from ") {
        guard let peer = Peer(text.dropFirst(13)) else { return .unrecognized }
        fact.event = .connect
        peer.fillClient(of: fact)
        return .recognized
      }
      if text.hasPrefix("DISCONNECT ") {
        guard let peer = Peer(text.dropFirst(11)), peer.length + 11 == text.count else { return .unrecognized }
        fact.event = .disconnect
        peer.fillClient(of: fact)
        return .recognized
      }
      if text.hasPrefix("NOQUEUE: ") { return Decision.read(text.dropFirst(9), fact) }
      if text.hasPrefix("reject: ") { return Decision.read(text, fact) }
      if text.hasPrefix("entering STRESS mode") || text.hasPrefix("leaving STRESS mode") {
        fact.event = .lifecycle
        fact[.reason] = text
        return .recognized
      }
      return rank(text, fact) || access(text, fact) || violation(text, fact) ? .recognized : Daemon.read(text, fact)
    }

    /// `DNSBL rank 3 for [192.0.2.1]:1038`
    private static func rank(_ text: Bytes, _ fact: Fact) -> Bool {
      var cursor = ByteCursor(text)
      guard cursor.take("DNSBL rank "), let space = cursor.take(upTo: UInt8(ascii: " ")), let rank = space.millionths,
        cursor.take(" for "), let peer = Peer(cursor.rest), peer.length == cursor.rest.count
      else { return false }
      fact.event = .dnsbl
      fact[.engine] = Bytes("postscreen")
      fact[.score] = rank
      peer.fillClient(of: fact)
      return true
    }

    /// `PASS NEW [192.0.2.1]:4711`, `DENYLISTED [192.0.2.1]:4711`
    private static func access(_ text: Bytes, _ fact: Fact) -> Bool {
      for (words, action) in decisions where text.hasPrefix(words) {
        let length = words.utf8CodeUnitCount
        guard let peer = Peer(text.dropFirst(length)), peer.length + length == text.count else { return false }
        fill(fact, peer, action)
        fact[.reason] = text.prefix(length - 1)
        return true
      }
      return false
    }

    /// `PREGREET 14 after 0.08 from [192.0.2.1]:59415: EHLO ylmf-pc\r\n`, `COMMAND TIME LIMIT from [192.0.2.1]:4711
    /// after CONNECT`, `HANGUP after 16 from [192.0.2.1]:48119 in tests after SMTP handshake`
    private static func violation(_ text: Bytes, _ fact: Fact) -> Bool {
      for (words, action) in violations where text.hasPrefix(words) {
        guard let from = text.firstIndex(of: " from "), let peer = Peer(text.dropFirst(from + 6)) else { return false }
        fill(fact, peer, action)
        fact[.reason] = text
        let rest = text.dropFirst(from + 6 + peer.length)
        guard rest.hasPrefix(" after ") else { return true }
        let command = rest.dropFirst(7)
        let end = command.firstIndex(of: ":") ?? command.count
        fact[.stage] = Stage.ofCommand(command.prefix(command.prefix(end).firstIndex(of: " ") ?? end))
        return true
      }
      return false
    }

    private static func fill(_ fact: Fact, _ peer: Peer, _ action: StaticString) {
      fact.event = .other
      fact[.engine] = Bytes("postscreen")
      fact[.action] = Bytes(action)
      peer.fillClient(of: fact)
    }

    private static let decisions: [(StaticString, StaticString)] = [
      ("PASS OLD ", "pass"), ("PASS NEW ", "pass"), ("ALLOWLISTED ", "allow"), ("WHITELISTED ", "allow"),
      ("DENYLISTED ", "deny"), ("BLACKLISTED ", "deny"), ("ALLOWLIST VETO ", "veto"), ("WHITELIST VETO ", "veto"),
    ]

    private static let violations: [(StaticString, StaticString)] = [
      ("HANGUP after ", "hangup"), ("PREGREET ", "pregreet"), ("COMMAND PIPELINING from ", "command pipelining"),
      ("COMMAND TIME LIMIT from ", "command time limit"), ("COMMAND COUNT LIMIT from ", "command count limit"),
      ("COMMAND LENGTH LIMIT from ", "command length limit"), ("BARE NEWLINE from ", "bare newline"),
      ("NON-SMTP COMMAND from ", "non-SMTP command"), ("DATA without valid RCPT from ", "data without recipient"),
      ("BDAT without valid RCPT from ", "data without recipient"),
    ]
  }
}
