import Bytes
import Facts

extension Postfix {
  /// Lines of the SMTP server, `smtpd(8)`, and of `qmqpd(8)`.
  enum Smtpd {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      switch text.first {
      case UInt8(ascii: "c") where text.hasPrefix("connect from "):
        return connect(text.dropFirst(13), fact)
      case UInt8(ascii: "d") where text.hasPrefix("disconnect from "):
        return SessionEnd.disconnect(text.dropFirst(16), fact)
      case UInt8(ascii: "N") where text.hasPrefix("NOQUEUE: "):
        return transaction(text.dropFirst(9), fact)
      case UInt8(ascii: "p") where text.hasPrefix("proxy-"),
        UInt8(ascii: "r") where text.hasPrefix("reject: ") || text.hasPrefix("reject_warning: "):
        // Before 2.1 no `NOQUEUE` stood in front.
        return Decision.read(text, fact)
      case UInt8(ascii: "l"), UInt8(ascii: "t"):
        if SessionEnd.interrupted(text, fact) { return .recognized }
      case UInt8(ascii: "i"):
        if improper(text, fact) { return .recognized }
      default:
        if let (id, rest) = QueueID.split(text) {
          fact[.queueID] = id
          if transaction(rest, fact) == .recognized { return .recognized }
        }
      }
      return Daemon.read(text, fact)
    }

    /// `connect from mx.example[192.0.2.1]:4711`
    private static func connect(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard let peer = Peer(text), peer.length == text.count else { return .unrecognized }
      fact.event = .connect
      peer.fillClient(of: fact)
      return .recognized
    }

    /// What stands behind a queue id or `NOQUEUE`.
    private static func transaction(_ text: Bytes, _ fact: Fact) -> Recognition {
      if text.hasPrefix("client=") { return client(text.dropFirst(7), fact) }
      if SessionEnd.interrupted(text, fact) || SessionEnd.dropped(text, fact) { return .recognized }
      return Decision.read(text, fact)
    }

    /// `mx.example[192.0.2.1], sasl_method=PLAIN, sasl_username=u, sasl_sender=s, orig_queue_id=9C4B167ADC,
    /// orig_client=a[192.0.2.2]`
    ///
    /// Without a queue id the transaction is a proxy filter's to take, so no custody begins.
    private static func client(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard let peer = Peer(text) else { return .unrecognized }
      fact.event = fact[.queueID] == nil ? .other : .accept
      peer.fillClient(of: fact)
      var rest = text.dropFirst(peer.length)
      while let (key, value, behind) = attribute(rest) {
        switch key {
        case .mechanism: fact[.mechanism] = value
        case .user: fact[.user] = value
        case .previousQueueID: if QueueID.isPlausible(value) { fact[.previousQueueID] = value }
        case .originalClient: fact[.originalClient] = value
        case .other: break
        }
        rest = behind
      }
      return rest.isEmpty || rest.first == UInt8(ascii: ",") ? .recognized : .unrecognized
    }

    private enum Key: CaseIterable {
      case mechanism, user, previousQueueID, originalClient, other

      var prefix: StaticString {
        switch self {
        case .mechanism: ", sasl_method="
        case .user: ", sasl_username="
        case .previousQueueID: ", orig_queue_id="
        case .originalClient: ", orig_client="
        case .other: ", sasl_sender="
        }
      }
    }

    /// The next of the attributes, whose value ends where another begins: a user's name may hold a comma. One that we do
    /// not know is passed over.
    private static func attribute(_ text: Bytes) -> (key: Key, value: Bytes, rest: Bytes)? {
      guard text.hasPrefix(", ") else { return nil }
      let known = Key.allCases.first { text.hasPrefix($0.prefix) }
      let key = known ?? .other
      let value = text.dropFirst(known?.prefix.utf8CodeUnitCount ?? 2)
      var end = key == .user ? value.count : value.firstIndex(of: UInt8(ascii: ",")) ?? value.count
      for other in Key.allCases {
        if let hit = value.prefix(end).firstIndex(of: other.prefix) { end = hit }
      }
      return (key, value.prefix(end), value.dropFirst(end))
    }

    /// `improper command pipelining after EHLO from mx.example[192.0.2.1]: MAIL FROM:<>\n`
    private static func improper(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.hasPrefix("improper command pipelining after "),
        let from = text.firstIndex(of: " from ", from: 34), from - 34 <= Limits.wordBytes,
        let peer = Peer(text.dropFirst(from + 6))
      else { return false }
      fact.event = .other
      fact[.stage] = Stage.ofCommand(text[34..<from])
      fact[.reason] = text.prefix(27)
      peer.fillClient(of: fact)
      return true
    }
  }
}
