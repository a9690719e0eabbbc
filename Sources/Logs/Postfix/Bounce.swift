import Bytes
import Facts

extension Postfix {
  /// Lines of `bounce(8)`, which also runs as `defer` and `trace`: it writes delivery status notifications.
  enum Bounce {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if let (id, rest) = QueueID.split(text) {
        fact[.queueID] = id
        if notification(rest, fact) { return .recognized }
        // `not sending trace/success notification for double-bounce message`, `sender notification failed to <a@example.org>:
        // queue file write error`
        if rest.hasPrefix("not sending ") || rest.prefix(Limits.verboseBytes).contains(" notification failed to ") {
          fact.event = .other
          fact[.reason] = rest
          return .recognized
        }
        if rest.hasPrefix("to=<"), Delivery.attempt(rest, fact, transport: "bounce") { return .recognized }
      }
      return Daemon.read(text, fact)
    }

    /// `sender non-delivery notification: ADD2F8052`, `postmaster delay notification: …`
    private static func notification(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.hasPrefix("sender ") || text.hasPrefix("postmaster "), let colon = text.firstIndex(of: ": "),
        text.prefix(colon).hasSuffix(" notification"), QueueID.isPlausible(text.dropFirst(colon + 2))
      else { return false }
      fact.event = .bounceSent
      fact[.reason] = text.prefix(colon)
      fact[.nextQueueID] = text.dropFirst(colon + 2)
      return true
    }
  }
}
