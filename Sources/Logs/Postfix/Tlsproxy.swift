import Bytes
import Facts

extension Postfix {
  /// Lines of `tlsproxy(8)`, which speaks TLS for `postscreen(8)` and for the reused connections of `smtp(8)`.
  enum Tlsproxy {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      for (words, action, isRelay) in sessions where text.hasPrefix(words) {
        let length = words.utf8CodeUnitCount
        guard let peer = Peer(text.dropFirst(length)), peer.length + length == text.count else { return .unrecognized }
        // The session itself is that of postscreen or smtp, which tell it as well.
        fact.event = .other
        fact[.action] = Bytes(action)
        if isRelay {
          peer.fillRelay(of: fact)
        } else {
          peer.fillClient(of: fact)
        }
        return .recognized
      }
      if text.hasPrefix("TLS handshake failed for service="), let at = text.firstIndex(of: " peer=") {
        fact.event = .other
        fact[.stage] = Bytes("starttls")
        fact[.reason] = text
        Peer(text.dropFirst(at + 6))?.fillClient(of: fact)
        return .recognized
      }
      return Daemon.read(text, fact)
    }

    private static let sessions: [(words: StaticString, action: StaticString, isRelay: Bool)] = [
      ("CONNECT from ", "connect", false), ("CONNECT to ", "connect", true), ("DISCONNECT ", "disconnect", false),
    ]
  }
}
