import Bytes
import Facts

// What became of each recipient.
extension Resolution {
  func conclude() {
    for hop in hops { markLastAttempts(of: hop) }
    for hop in hops {
      for index in hop.deliveries.indices where hop.deliveries[index].outcome != nil {
        let next = hop.deliveries[index].continuation
        hop.deliveries[index].outcome = outcome(of: hop, index, next: next < 0 ? nil : hops[Int(next)])
        hop.deliveries[index].continuation = -1
      }
    }
  }

  /// The attempts at which a recipient's story on this hop ends: each success or bounce, since the same address may stand in an
  /// envelope more than once, and of what was only put off the last. They get an outcome, which is none yet, the others none.
  /// Counts the recipients without any, too.
  private func markLastAttempts(of hop: Hop) {
    applyRules(to: hop)
    var known = 0
    var isProbe = false
    for index in hop.deliveries.indices {
      var isLast = false
      switch hop.deliveries[index].status {
      case .deliverable, .undeliverable: isProbe = true
      case .sent, .bounced, .expired: isLast = true
      case .deferred:
        isLast = hop.isLastAttempt(index)
      }
      hop.deliveries[index].outcome = isLast ? .unknown : nil
      if isLast { known += Int(hop.deliveries[index].count) }
    }
    hop.concludeRest(known: known, isProbe: isProbe)
  }

  /// Rules that act on a whole message before it has a queue id: `NOQUEUE: hold`, `NOQUEUE: discard`.
  ///
  /// They are written by the process that then accepts the message, which never reaches the queue manager.
  private func applyRules(to hop: Hop) {
    guard !notes.isEmpty, hop.summary.origin == .client, hop.summary.size < 0, let accepted = hop.summary.accepted,
      hop.summary.rejected == nil
    else { return }
    for note in notes where note.event == .held || note.event == .discarded {
      let gap = accepted.microseconds - note.time.microseconds
      guard note.host == hop.host, note.pid == Int64(hop.summary.pid), note.client == hop.summary.client,
        gap >= -1_000_000, gap < 300_000_000
      else { continue }
      if note.event == .held && hop.summary.removed == nil { hop.summary.isHeld = true }
      if note.event == .discarded { hop.summary.discarded = note.time }
      hop.summary.sender = hop.summary.sender ?? note.sender
      hop.summary.reason = hop.summary.reason ?? hop.keep(note[.reason])
    }
  }

  private func outcome(of hop: Hop, _ index: Int, next: Hop?) -> Outcome? {
    let time = hop.deliveries[index].time
    switch hop.deliveries[index].status {
    case .bounced: return .bounced
    case .expired: return .expired
    case .deliverable, .undeliverable: return nil
    case .deferred: return hop.queueOutcome(after: time)
    case .sent: break
    }
    switch hop.deliveries[index].fate {
    case .discarded: return .discarded
    case .returned: return .bounced
    case .forwarded: return .expanded
    case .none: break
    }
    if let next {
      return next.tells(of: hop.deliveries[index].recipient, lexicon) ? nil : next.queueOutcome(after: time)
    }
    let transport = lexicon.words[hop.deliveries[index].transport]
    if transport == "discard" { return .discarded }
    if transport == "smtp" || transport == "relay" { return .relayed }
    if transport == "lmtp" && !hop.deliveries[index].nextQueueID.isEmpty { return .relayed }
    return mailboxOutcome(hop, hop.deliveries[index]) ?? .delivered
  }

  /// What the mailbox did with it, where that is not what the MTA believes.
  private func mailboxOutcome(_ hop: Hop, _ delivery: Delivery) -> Outcome? {
    guard !notes.isEmpty, let id = hop.messageID else { return nil }
    var stored = false
    var outcome: Outcome?
    for note in notes where note.event == .mailbox && note[.messageID] == id {
      let gap = (note.time.microseconds - delivery.time.microseconds).magnitude
      guard gap < 60_000_000, let user = note.recipient, names(user, delivery) else { continue }
      let action = lexicon.words[note.action]
      if action == "stored" { stored = true }
      if action == "discarded" { outcome = .discarded }
      if action == "rejected" { outcome = .bounced }
      if action == "forwarded" { outcome = outcome ?? .expanded }
    }
    return stored ? .delivered : outcome
  }

  private func names(_ user: NameID, _ delivery: Delivery) -> Bool {
    let name = lexicon.addresses[user]
    for address in [delivery.recipient, delivery.original] where address != 0 {
      let text = lexicon.addresses[address]
      if text.equalsIgnoringCase(name) { return true }
      let local = text[0..<(text.firstIndex(of: 0x40) ?? text.count)]
      if !name.contains(0x40) && local.equalsIgnoringCase(name) { return true }
      let plain = local[0..<(local.firstIndex(of: 0x2B) ?? local.count)]
      let nameLocal = name[0..<(name.firstIndex(of: 0x40) ?? name.count)]
      if plain.equalsIgnoringCase(nameLocal) { return true }
    }
    return false
  }
}
