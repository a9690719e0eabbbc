import Bytes
import Correlation
import Facts
import Store

/// The bounds of guesses.
private enum Guess {
  /// Messages with the same Message-ID that are looked at.
  static let messages = 64
  /// Clocks may differ by this many seconds.
  static let jitterSeconds: Int64 = 5
  /// A mail may be under way between two hosts for this many seconds: what servers try for.
  static let waySeconds: Int64 = 5 * 86400
}

/// Messages that may be the same mail before and behind hosts whose logs are not there: the same Message-ID alone.
///
/// A guess is shown and never enters a total. So it is made when a message is shown, from what the store then has.
extension TraceBuilder {
  /// Adds to the first hop what may be the hop before it, and the messages that may go on with this one.
  func addGuesses(to trace: inout MessageTrace, _ hops: [Hop]) throws(StoreError) {
    guard let id = hops[0].messageID, !id.isEmpty, hops[0].link == nil else { return }
    var before: (hop: Hop, time: Timestamp)?
    for row in try reading.roots(messageID: id.array, limit: Guess.messages) where row != hops[0].row {
      let others = try reading.message(row)
      guard !others.isEmpty, !others[0].isProbe else { continue }
      if let found = handOver(from: others, to: hops), before.map({ $0.time < found.time }) ?? true { before = found }
      if handOver(from: hops, to: others) != nil { trace.continuations.append(guess(others[0])) }
    }
    trace.hops[0].from = before.map { guess($0.hop) }
  }

  private func guess(_ hop: Hop) -> LinkTrace {
    LinkTrace(Link(from: hop, rule: .messageID, grade: .guess), lexicon)
  }

  /// The latest delivery to a host whose log is not there, behind which `message` can have come in from elsewhere.
  private func handOver(from hops: [Hop], to message: [Hop]) -> (hop: Hop, time: Timestamp)? {
    let next = message[0]
    guard let accepted = next.summary.accepted, next.summary.origin == .client,
      next.summary.client != hops[0].summary.client, isSameSender(hops[0], next)
    else { return nil }
    let recipients = recipients(of: message)
    var latest: (hop: Hop, time: Timestamp)?
    for hop in hops where hop.host != next.host {
      for delivery in hop.deliveries where delivery.outcome == .relayed && isOne(delivery.recipient, of: recipients) {
        let isPlausible =
          delivery.time < accepted.advanced(bySeconds: Guess.jitterSeconds)
          && accepted < delivery.time.advanced(bySeconds: Guess.waySeconds)
        if isPlausible && latest.map({ $0.time < delivery.time }) ?? true { latest = (hop, delivery.time) }
      }
    }
    return latest
  }

  /// Whom the message is for, as far as it says so.
  private func recipients(of message: [Hop]) -> [NameID] {
    message.flatMap { hop in hop.deliveries.flatMap { [$0.recipient, $0.original] } + hop.summary.named }
      .filter { $0 != 0 }
  }

  /// Whether it is one of them, where they are known.
  private func isOne(_ recipient: NameID, of known: [NameID]) -> Bool {
    let name = lexicon.addresses[recipient]
    return known.isEmpty || known.contains { lexicon.addresses[$0].equalsIgnoringCase(name) }
  }

  private func isSameSender(_ a: Hop, _ b: Hop) -> Bool {
    guard let first = a.summary.sender, let second = b.summary.sender else { return true }
    return lexicon.addresses[first].equalsIgnoringCase(lexicon.addresses[second])
  }
}
