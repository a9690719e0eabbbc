import Bytes
import Facts

extension Postfix {
  /// Lines of the queue manager, `qmgr(8)`.
  enum QueueManager {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if let (id, rest) = QueueID.split(text) {
        fact[.queueID] = id
        if rest == "removed" {
          fact.event = .removed
          return .recognized
        }
        if rest.hasPrefix("from=<"), sender(rest, fact) { return .recognized }
        if rest.hasPrefix("to=<"), Delivery.attempt(rest, fact, transport: "qmgr") { return .recognized }
        if rest == "skipped, still being delivered" {
          fact.event = .other
          fact[.reason] = rest
          return .recognized
        }
        if rest.hasPrefix("recipient limit ") { return .ignored }
      }
      return Daemon.read(text, fact)
    }

    /// `from=<a@example.org>, size=14080, nrcpt=2 (queue active)` or `from=<>, status=expired, returned to sender`
    private static func sender(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let close = Angled.close(text, from: 6) else { return false }
      var cursor = ByteCursor(text.dropFirst(close + 1))
      if cursor.take(", size=") {
        guard let size = cursor.takeInteger(), cursor.take(", nrcpt="), let count = cursor.takeInteger(),
          cursor.isAtEnd || cursor.take(" (queue ")
        else { return false }
        fact.event = .queued
        fact[.size] = size
        fact[.recipientCount] = count
      } else if cursor.take(", status="), let word = cursor.take(upTo: UInt8(ascii: ",")),
        word == "expired" || word == "force-expired", cursor.take(", ")
      {
        fact.event = .expired
        fact[.status] = word
        let what = cursor.takeRest()
        if !what.isEmpty { fact[.reason] = what }
      } else {
        return false
      }
      fact[.sender] = text[6..<close]
      return true
    }
  }
}
