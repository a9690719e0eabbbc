package import Bytes
package import Facts

/// Recipients of a hop that no delivery line names.
package struct UnnamedRecipients: Equatable {
  /// How many; at least 1 where the message itself was refused, thrown away or held and its recipients are unknown.
  package var count: Int64 = 0
  package var outcome = Outcome.unknown
}

extension Hop {
  /// What became of a recipient that the hop took and has not delivered, as far as its own lines tell.
  func queueOutcome(after time: Timestamp) -> Outcome {
    if summary.rejected != nil { return .rejected }
    if summary.discarded != nil { return .discarded }
    if let expired = summary.expired, expired.advanced(bySeconds: Limits.jitterSeconds) >= time { return .expired }
    if summary.isHeld { return .held }
    if summary.quarantined != nil && deliveries.isEmpty { return .quarantined }
    if summary.removed != nil { return .unknown }
    return deliveries.isEmpty ? .unknown : .deferred
  }

  /// Counts the recipients that have no delivery line, and says what became of them.
  func concludeRest(known: Int, isProbe: Bool) {
    self.isProbe = isProbe
    rest = UnnamedRecipients()
    guard !isProbe else { return }
    let outcome = queueOutcome(after: summary.first)
    if summary.recipients > Int64(known) {
      // An MTA drops duplicates silently, and so recipients that a rule replaced by the same other one.
      rest.count = summary.recipients - Int64(known)
      if summary.isRedirected && summary.removed != nil && known > 0 {
        rest.outcome = .expanded
        return
      }
    } else if summary.recipients < 0 && known == 0
      && (summary.rejected != nil || summary.discarded != nil || summary.isHeld)
    {
      rest.count = Int64(max(1, summary.named.count))
    }
    rest.outcome = outcome
  }

  /// Whether this hop's own lines continue the story of a recipient that was handed to it.
  func tells(of recipient: NameID, _ lexicon: Lexicon) -> Bool {
    if names(recipient, lexicon) { return true }
    // The next host may know the recipient under another address; it is lost only if recipients without a line remain.
    return !deliveries.isEmpty && rest.count == 0 && summary.recipients >= 0 || rest.count > 0
  }

  /// Whether a delivery line of this hop is about `recipient`.
  package func names(_ recipient: NameID, _ lexicon: Lexicon) -> Bool {
    if deliveries.count < Limits.attemptsLookedThrough {
      for delivery in deliveries where delivery.recipient == recipient || delivery.original == recipient { return true }
    } else if places.contains(recipient, among: deliveries) {
      return true
    }
    let name = lexicon.addresses[recipient]
    for delivery in deliveries {
      if lexicon.addresses[delivery.recipient].equalsIgnoringCase(name) { return true }
      if delivery.original != 0 && lexicon.addresses[delivery.original].equalsIgnoringCase(name) { return true }
    }
    return false
  }

  /// Whether a client named a recipient and went away, as other hosts do to probe an address. cleanup(8) logs a Message-ID, be
  /// it an empty one, of each message that it has received.
  package var isAbandoned: Bool {
    summary.origin == .client && summary.messageID == nil && summary.size < 0 && deliveries.isEmpty && rest.count == 0
      && summary.rejected == nil
  }

  /// The queue id of the entry that this one was made anew of (`postsuper -r`).
  package var requeuedID: Bytes? { summary.origin == .local ? previousQueueID : nil }

  /// A message may have several Message-IDs, each of which is logged.
  func sharesMessageID(with other: Hop) -> Bool {
    facts.contains { fact in
      fact.kind == .messageID && !fact.text.isEmpty
        && other.facts.contains { $0.kind == .messageID && other[$0.text] == self[fact.text] }
    }
  }

  /// Whether no attempt for the same recipient comes behind that one.
  func isLastAttempt(_ index: Int) -> Bool {
    let attempt = deliveries[index]
    let isLater: (Delivery) -> Bool = { [unowned self] in
      $0.recipient == attempt.recipient
        && ($0.original == attempt.original || $0.original == 0 || attempt.original == 0) && follows($0, attempt)
    }
    if deliveries.count < Limits.attemptsLookedThrough { return !deliveries.contains(where: isLater) }
    return !places.contains(attempt.recipient, among: deliveries, where: isLater)
  }

  private func follows(_ a: Delivery, _ b: Delivery) -> Bool {
    if a.time != b.time { return a.time > b.time }
    if a.status != b.status { return a.status.rawValue < b.status.rawValue }
    return self[b.reply] < self[a.reply]
  }
}
