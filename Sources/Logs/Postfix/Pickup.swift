import Bytes
import Facts

extension Postfix {
  /// Lines of `pickup(8)`, which takes the mail of local users from the maildrop queue.
  enum Pickup {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if let (id, rest) = QueueID.split(text), submission(rest, fact) {
        fact[.queueID] = id
        return .recognized
      }
      return Daemon.read(text, fact)
    }

    /// `uid=0 from=<root> orig_id=9C4B167ADC`; the last part stands behind a requeue (postsuper(1) -r).
    private static func submission(_ text: Bytes, _ fact: Fact) -> Bool {
      var cursor = ByteCursor(text)
      guard cursor.take("uid="), let uid = cursor.takeInteger(), cursor.take(" from=") || cursor.take(" sender="),
        let (sender, rest) = Angled.split(cursor.rest)
      else { return false }
      if rest.hasPrefix(" orig_id="), QueueID.isPlausible(rest.dropFirst(9)) {
        fact[.previousQueueID] = rest.dropFirst(9)
      } else if !rest.isEmpty {
        return false
      }
      fact.event = .accept
      fact[.uid] = uid
      fact[.sender] = sender
      return true
    }
  }
}
