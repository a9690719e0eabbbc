import Bytes
import Facts

extension Postfix {
  /// Lines of postsuper(1), by which an operator acts on the queue.
  enum Postsuper {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if let (id, rest) = QueueID.split(text), let act = acts.first(where: { rest == $0.words }) {
        fact.event = act.event
        fact[.queueID] = id
        fact[.action] = Bytes(act.action)
        fact[.engine] = Bytes("postsuper")
        return .recognized
      }
      if totals.contains(where: { text.hasPrefix($0) }), text.hasSuffix(" message") || text.hasSuffix(" messages") {
        fact.event = .other
        fact[.engine] = Bytes("postsuper")
        fact[.reason] = text
        return .recognized
      }
      return Daemon.read(text, fact)
    }

    private static let acts: [(words: StaticString, event: Event, action: StaticString)] = [
      ("removed", .discarded, "operator"), ("placed on hold", .held, "hold"),
      ("released from hold", .released, "release"), ("requeued", .released, "requeue"), ("expired", .other, "expire"),
      ("expired by postsuper", .other, "expire"), ("released from hold and expired", .released, "expire"),
    ]

    private static let totals: [StaticString] = [
      "Deleted: ", "Placed on hold: ", "Released from hold: ", "Requeued: ", "Expired: ",
      "Renamed to match inode number: ", "Released and expired: ", "Force-expired: ", "Purged: ",
    ]
  }
}
