import Bytes
import Correlation
import Facts

// What one message, refusal or session adds to a tally.
extension Tally {
  /// The row of the hour that `time` lies in.
  @inline(__always)
  func at(_ time: Timestamp, _ body: (inout PeriodRow) -> Void) {
    let start = calendar.place(time).hour
    if !hasHour || hour.start != start {
      if hasHour { hours[hour.start] = hour }
      hour = hours[start] ?? PeriodRow(start: start)
      hasHour = true
    }
    body(&hour)
  }

  func countReceived(_ root: Hop, isNotification: Bool) {
    guard passes(root.host), let moment = root.summary.accepted ?? (isNotification ? root.summary.first : nil),
      isInside(moment),
      root.summary.rejected == nil, !root.isProbe, !root.isAbandoned
    else { return }
    if isNotification {
      report.notifications.received += 1
      return
    }
    at(moment) { $0.messages.received += 1 }
    let size = max(0, root.summary.size)
    report.bytes.received += size
    if root.summary.size >= 0 { sizes.add(size) }
    if let sender = root.summary.sender {
      lists.senders.update(addresses.entry(sender).canonical) { $0.add(1, bytes: size) }
    }
    if root.summary.client != 0 { lists.clients.update(root.summary.client) { $0.add(1, bytes: size) } }
  }

  func countEvents(_ hop: Hop) {
    seenHosts.insert(hop.host)
    let size = max(0, hop.summary.size)
    for index in hop.facts.indices where isInside(hop.facts[index].time) {
      switch hop.facts[index].kind {
      case .accepted:
        at(hop.facts[index].time) { $0.events.received += 1 }
        if hop.facts[index].time == hop.summary.accepted { report.eventBytes.received += size }
      case .expired:
        at(hop.facts[index].time) { $0.events.expired += 1 }
        countExpiry(hop)
      case .held where !isOperator(hop.facts[index]):
        let fact = hop.facts[index]
        at(fact.time) { $0.events.held += 1 }
        reasons.count(.hold, hop[fact.text], times: 1, words: lexicon.words)
      case .discarded where !isOperator(hop.facts[index]):
        let fact = hop.facts[index]
        at(fact.time) { $0.events.discarded += 1 }
        reasons.count(.discard, hop[fact.text], times: 1, words: lexicon.words)
      default: break
      }
    }
    if let sender = hop.summary.sender, hop.summary.size >= 0,
      let queued = hop.facts.first(where: { $0.kind == .queued }),
      isInside(queued.time)
    {
      let entry = addresses.entry(sender)
      lists.senders.update(entry.canonical) { $0.isSeen = true }
      if entry.domain != 0 {
        lists.sendingDomains.update(entry.domain) {
          $0.count += 1
          $0.bytes += size
        }
      }
    }
    countAttempts(hop, size: size)
  }

  private func isOperator(_ fact: HopFact) -> Bool { fact.other != 0 && lexicon.words[fact.other] == "postsuper" }

  private func countAttempts(_ hop: Hop, size: Int64) {
    var wasDeferred = false
    for index in hop.deliveries.indices where isInside(hop.deliveries[index].time) {
      let (time, count) = (hop.deliveries[index].time, Int64(hop.deliveries[index].count))
      let (delay, delays) = (hop.deliveries[index].delay, hop.deliveries[index].delays)
      let entry = addresses.entry(hop.deliveries[index].recipient)
      let relay = relayName(hop.deliveries[index].relay, hop.deliveries[index].transport)
      for refusal in ownRefusals.told(by: hop.deliveries[index], of: hop) {
        at(refusal.time) { $0.messages.rejected -= refusal.count }
      }
      switch hop.deliveries[index].status {
      case .sent where hop.deliveries[index].fate == .forwarded: at(time) { $0.events.forwarded += Int(count) }
      case .sent:
        at(time) { $0.events.delivered += Int(count) }
        report.eventBytes.delivered += size * count
        lists.recipients.update(entry.canonical) { $0.isSeen = true }
        let add: (inout AttemptCount) -> Void = {
          $0.count += count
          $0.bytes += size * count
          guard delay >= 0 else { return }
          $0.delaySum += delay * count
          $0.delays += count
          $0.delayMaximum = max($0.delayMaximum, delay)
        }
        lists.recipientDomains.update(entry.domain, add)
        lists.relays.update(relay, add)
        if delays.beforeQueue >= 0 {
          parts[0].add(delays.beforeQueue, times: count)
          parts[1].add(delays.inQueue, times: count)
          parts[2].add(delays.connection, times: count)
          parts[3].add(delays.transmission, times: count)
        }
      case .deferred:
        at(time) { row in
          row.events.deferrals += Int(count)
          if !wasDeferred { row.events.deferred += 1 }
        }
        wasDeferred = true
        lists.recipientDomains.update(entry.domain) {
          $0.deferrals += count
          $0.delayMaximum = max($0.delayMaximum, delay)
        }
        lists.relays.update(relay) {
          $0.deferrals += count
          $0.delayMaximum = max($0.delayMaximum, delay)
        }
        self.count(.deferral, hop.deliveries[index], hop)
      case .bounced:
        at(time) { $0.events.bounced += Int(count) }
        lists.recipientDomains.update(entry.domain) { $0.bounced += count }
        lists.relays.update(relay) { $0.bounced += count }
        self.count(.bounce, hop.deliveries[index], hop)
      default: break
      }
    }
  }

  /// A message expires for the reason that it was put off with at last.
  private func countExpiry(_ hop: Hop) {
    var last: Delivery?
    for delivery in hop.deliveries where delivery.status == .deferred {
      if let known = last {
        // Whatever the order: of two at the same time that with the lesser reply.
        if delivery.time < known.time { continue }
        if delivery.time == known.time && !(hop[delivery.reply] < hop[known.reply]) { continue }
      }
      last = delivery
    }
    guard var last else { return }
    last.count = 1
    count(.expiry, last, hop)
  }

  private func count(_ kind: ReasonRow.Kind, _ delivery: Delivery, _ hop: Hop) {
    reasons.count(
      kind, hop[delivery.reply], times: Int(delivery.count), code: delivery.code == 0 ? nil : Int(delivery.code),
      enhancedCode: delivery.enhancedCode, example: hop.queueID, words: lexicon.words)
  }

  func countOutcomes(_ hop: Hop, root: Hop, isNotification: Bool) {
    let size = max(0, hop.summary.size)
    for index in hop.deliveries.indices {
      let time = hop.deliveries[index].time
      guard let outcome = hop.deliveries[index].outcome, isInside(time) else { continue }
      let count = Int64(hop.deliveries[index].count)
      if isNotification {
        report.notifications[outcome] += Int(count)
        continue
      }
      at(time) { $0.messages[outcome] += Int(count) }
      guard outcome == .delivered || outcome == .relayed else { continue }
      report.bytes.delivered += size * count
      lists.recipients.update(addresses.entry(hop.deliveries[index].recipient).canonical) {
        $0.add(count, bytes: size * count)
      }
      if let accepted = root.summary.accepted {
        delays.add(time.microseconds - accepted.microseconds, times: count)
      } else if hop.deliveries[index].delay >= 0 {
        delays.add(hop.deliveries[index].delay, times: count)
      }
    }
    // Refusals are counted by their own lines.
    guard hop.rest.count > 0, hop.rest.outcome != .rejected, isInside(hop.summary.last) else { return }
    if isNotification {
      report.notifications[hop.rest.outcome] += Int(hop.rest.count)
    } else {
      at(hop.summary.last) { $0.messages[hop.rest.outcome] += Int(hop.rest.count) }
    }
  }

  func countReject(_ line: LineFact, _ count: Int) {
    seenHosts.insert(line.host)
    let isWarning = line.action != 0 && lexicon.words[line.action] == "warn"
    let isEvent = isEvent(line)
    // Where the client is a host of ours, its own attempt tells of the recipient.
    let isOnItsOwn = isWarning || ownRefusals.counts(line, count)
    at(line.time) { row in
      if isWarning {
        row.events.rejectWarnings += count
      } else {
        if isOnItsOwn { row.messages.rejected += count }
        if isEvent { row.events.rejected += count }
      }
    }
    if !isWarning && line.client != 0 { lists.rejectedClients.update(line.client) { $0.add(Int64(count), bytes: 0) } }
    let reason = line[.reason].isEmpty ? line[.reply] : line[.reason]
    // pflogsumm takes a limit that was exceeded for a warning.
    if line.engine != 0 && lexicon.words[line.engine] == "anvil" {
      reasons.count(.warning, reason, times: count, program: line.program, words: lexicon.words)
    }
    reasons.count(
      isWarning ? .rejectWarning : .reject, reason, times: count, code: line.code == 0 ? nil : Int(line.code),
      enhancedCode: line.enhancedCode, words: lexicon.words)
  }

  /// pflogsumm does not see smtpd's milter-reject lines, and takes a refusal that only a warning tells of for that warning.
  private func isEvent(_ line: LineFact) -> Bool {
    if line.action != 0 && lexicon.words[line.action] == "reject" { return false }
    return line.engine == 0 || lexicon.words[line.engine] != "milter"
      || lexicon.words[line.program].hasSuffix("cleanup")
  }

  /// A client that could not prove who it is: by program, mechanism and reason.
  func countLogin(_ line: LineFact, _ count: Int) {
    guard line.result == 0 || lexicon.words[line.result] != "pass" else { return }
    var text = line.mechanism == 0 ? [] : lexicon.words[line.mechanism].array
    if !line[.reason].isEmpty { text += (text.isEmpty ? [] : Array(": ".utf8)) + line[.reason].array }
    if text.isEmpty { text = Array("login failed".utf8) }
    text.withBytes { reasons.count(.login, $0, times: count, program: line.program, words: lexicon.words) }
  }

  /// Relays are counted by name; without one, by transport.
  private func relayName(_ relay: NameID, _ transport: NameID) -> NameID {
    guard relay != 0 else { return transport == 0 ? 0 : relayNames.intern(lexicon.words[transport]) }
    if Int(relay) >= relayOf.count {
      relayOf.append(contentsOf: repeatElement(0, count: max(Int(relay) + 1 - relayOf.count, relayOf.count / 4)))
    }
    if relayOf[Int(relay)] != 0 { return relayOf[Int(relay)] }
    let peer = Peer(lexicon.relays[relay])
    let id = relayNames.intern(peer.name ?? peer.address ?? .empty)
    relayOf[Int(relay)] = id
    return id
  }
}
