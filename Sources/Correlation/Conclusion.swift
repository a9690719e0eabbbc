import Bytes
import Facts

// What became of each recipient.
extension Resolution {
  func conclude() {
    let requeued = hops.compactMap { $0.link.flatMap { $0.rule == .requeued ? $0.from : nil } }
    for hop in hops { markLastAttempts(of: hop, isRequeued: requeued.contains { $0 === hop }) }
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
  /// Counts the recipients without any, too. A new queue entry takes over what was not done when it was made.
  private func markLastAttempts(of hop: Hop, isRequeued: Bool) {
    applyRules(to: hop)
    var known = 0
    var isProbe = false
    for index in hop.deliveries.indices {
      var isLast = false
      switch hop.deliveries[index].status {
      case .deliverable, .undeliverable: isProbe = true
      case .sent, .bounced, .expired: isLast = true
      case .deferred:
        isLast = !isRequeued && hop.isLastAttempt(index)
      }
      hop.deliveries[index].outcome = isLast ? .unknown : nil
      if isLast { known += Int(hop.deliveries[index].count) }
    }
    hop.concludeRest(known: known, isProbe: isProbe)
    if isRequeued { hop.rest = UnnamedRecipients() }
  }

  /// What a rule did with a whole message before it had a queue id.
  ///
  /// What is held or discarded never reaches the queue manager.
  private func applyRules(to hop: Hop) {
    guard !notes.isEmpty else { return }
    for rule in hop.rules(among: notes, lexicon.words) {
      switch rule.event {
      case .held where hop.summary.size < 0 && hop.summary.removed == nil: hop.summary.isHeld = true
      case .discarded where hop.summary.size < 0: hop.summary.discarded = rule.time
      case .redirected:
        if lexicon.words[rule.action] == "redirect" { hop.summary.isRedirected = true }
        continue
      default: continue
      }
      hop.summary.sender = hop.summary.sender ?? rule.sender
      hop.summary.reason = hop.summary.reason ?? hop.keep(rule[.reason])
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
    case .discarded where next == nil: return isQuarantined(hop, at: time) ? .quarantined : .discarded
    case .returned: return .bounced
    case .forwarded: return .expanded
    default: break
    }
    if let others = hop.deliveries[index].fate.ofOthers, next != nil || hop.deliveries[index].nextQueueID.isEmpty,
      !isPassedOn(hop.deliveries[index].recipient, by: hop)
    {
      return others == .discarded && isQuarantined(hop, at: time) ? .quarantined : others
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

  /// Whether the filter that threw the message away kept a copy. Its verdict names the queue id, or at least the Message-ID.
  private func isQuarantined(_ hop: Hop, at time: Timestamp) -> Bool {
    if hop.summary.quarantined != nil { return true }
    guard !notes.isEmpty, let id = hop.messageID else { return false }
    return notes.contains { note in
      note.event == .filter && note.host == hop.host && note[.messageID] == id
        && (note.time.microseconds - time.microseconds).magnitude < 60_000_000
    }
  }

  /// Whether a hop that follows on `hop` may have the recipient. A filter may pass on a message in several pieces.
  private func isPassedOn(_ recipient: NameID, by hop: Hop) -> Bool {
    hops.contains { $0.link?.from === hop && ($0.rest.count > 0 || $0.names(recipient, lexicon)) }
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

extension Hop {
  /// Of `notes` the rules that acted on this message before it had a queue id: `NOQUEUE: hold`, `NOQUEUE: discard`.
  ///
  /// The process that then accepted the message wrote them. It may have served the same client before and after: those count
  /// that came last before it, or, where stamps are coarse, first behind. What is held was received by cleanup(8), which names
  /// its Message-ID; what is discarded was not. Rules that change nobody's fate stand behind those that do.
  package func rules(among notes: [LineFact], _ words: NameTable) -> [LineFact] {
    guard summary.origin == .client, summary.rejected == nil, let accepted = summary.accepted else { return [] }
    let isReceived = summary.messageID != nil
    var rules = notes.filter { note in
      guard note.event == .held && isReceived || note.event == .discarded || note.event == .redirected else {
        return false
      }
      let gap = accepted.microseconds - note.time.microseconds
      return note.host == host && note.pid == Int64(summary.pid) && note.client == summary.client
        && note[.queueID].isEmpty && gap >= -1_000_000 && gap < 300_000_000
        && (summary.size >= 0 || summary.sender == nil || note.sender == nil || note.sender == summary.sender)
    }
    if isReceived && rules.contains(where: { $0.event == .held }) { rules.removeAll { $0.event == .discarded } }
    let order = { (a: LineFact, b: LineFact) in (a.time, a.identity) < (b.time, b.identity) }
    let bearing = rules.filter { $0.bearsOnOutcome(words) }
    let deciding = bearing.isEmpty ? rules : bearing
    let before = deciding.filter { $0.time <= accepted }
    guard let nearest = before.max(by: order) ?? deciding.min(by: order) else { return [] }
    return rules.filter { $0.time.seconds == nearest.time.seconds && ($0.sender == nil || $0.sender == nearest.sender) }
  }
}
