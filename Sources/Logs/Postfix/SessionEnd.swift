import Bytes
import Facts

extension Postfix {
  /// How a session with a client ended, as `smtpd(8)` tells it.
  enum SessionEnd {
    /// `mx.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`: of each command those that succeeded and, if
    /// they are more, all.
    static func disconnect(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard let peer = Peer(text) else { return .unrecognized }
      fact.event = .disconnect
      peer.fillClient(of: fact)
      var messages: Int64 = 0
      var cursor = ByteCursor(text.dropFirst(peer.length))
      while cursor.take(UInt8(ascii: " ")) {
        let name = cursor.take(all: { $0.lowercaseLetters })
        guard !name.isEmpty, cursor.take(UInt8(ascii: "=")) else { return .unrecognized }
        guard let done = cursor.takeInteger() else {
          // `notes=bare_lf`, from 3.9 on
          guard name == "notes", !cursor.take(while: { $0 > 0x20 }).isEmpty else { return .unrecognized }
          continue
        }
        var all = done
        if cursor.take(UInt8(ascii: "/")) {
          guard let number = cursor.takeInteger() else { return .unrecognized }
          all = number
        }
        switch name.first {
        case UInt8(ascii: "d") where name == "data": messages &+= done
        case UInt8(ascii: "b") where name == "bdat": messages &+= done
        case UInt8(ascii: "c") where name == "commands":
          fact[.commands] = all
          fact[.refusedCommands] = max(0, all - done)
        default: break
        }
      }
      guard cursor.isAtEnd else { return .unrecognized }
      // Before 3.0 there were no counts.
      if fact[.commands] != nil { fact[.messages] = messages }
      return .recognized
    }

    /// `lost connection after DATA (7774180 bytes) from mx.example[192.0.2.1]`, `timeout after …`, `too many errors
    /// after …`
    static func interrupted(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.first == UInt8(ascii: "l") || text.first == UInt8(ascii: "t") else { return false }
      for reason in reasons where text.hasPrefix(reason) {
        let rest = text.dropFirst(reason.utf8CodeUnitCount + 7)
        guard text.dropFirst(reason.utf8CodeUnitCount).hasPrefix(" after "), let from = rest.firstIndex(of: " from "),
          let peer = Peer(rest.dropFirst(from + 6)), rest.count == from + 6 + peer.length
        else { return false }
        fact.event = .disconnect
        fact[.reason] = Bytes(reason)
        peer.fillClient(of: fact)
        var stage = rest.prefix(from)
        if let open = stage.firstIndex(of: " ("), stage.hasSuffix(" bytes)") {
          fact[.size] = stage[open + 2..<max(open + 2, stage.count - 7)].integer
          stage = stage.prefix(open)
        }
        fact[.stage] = Stage.ofCommand(stage)
        return true
      }
      return false
    }

    /// `mx.example[192.0.2.1]: lost connection while receiving message content`, of `qmqpd(8)`
    static func dropped(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(text), text.dropFirst(peer.length).hasPrefix(": ") else { return false }
      let rest = text.dropFirst(peer.length + 2)
      guard let at = rest.firstIndex(of: " while "),
        let place = places.first(where: { rest.dropFirst(at + 7) == $0.words })
      else { return false }
      fact.event = .disconnect
      fact[.reason] = rest.prefix(at)
      fact[.stage] = Bytes(place.stage)
      peer.fillClient(of: fact)
      return true
    }

    private static let places: [(words: StaticString, stage: StaticString)] = [
      ("initializing client connection", "connect"), ("receiving QMQP packet header", "connect"),
      ("receiving message content", "data"), ("receiving sender address", "mail"),
      ("receiving recipient address", "rcpt"), ("sending completion status", "end-of-data"),
    ]

    private static let reasons: [StaticString] = ["lost connection", "timeout", "too many errors"]
  }
}
