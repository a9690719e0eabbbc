package import Bytes
package import Correlation
package import Facts

/// What a report is asked for.
package struct ReportQuery {
  package var since: Timestamp
  /// Not included.
  package var until: Timestamp
  package var zone: TimeZone
  /// Only these hosts; empty for all.
  package var hosts: [Text] = []
  /// Only mail from or to this domain.
  package var domain: Text?
  /// Rows of each list; 0 is all.
  package var top = 10

  package init(since: Timestamp, until: Timestamp, zone: TimeZone) {
    self.since = since
    self.until = until
    self.zone = zone
  }
}

/// A report as a fold: takes messages, refusals and sessions, from a stream or a store alike, and ends as a `TrafficReport`.
package final class Tally: Keeper {
  private let query: ReportQuery
  private let lexicon: Lexicon
  private let addresses: AddressBook
  private var calendar: Calendar
  private var report: TrafficReport
  private var hours: [Timestamp: PeriodRow] = [:]
  private var hour: PeriodRow
  private var hasHour = false
  private var hostIDs: Set<NameID> = []
  private var seenHosts: Set<NameID> = []

  private var senders = NameCounts<AddressCount>()
  private var recipients = NameCounts<AddressCount>()
  private var eventSenders = NameSet()
  private var eventRecipients = NameSet()
  private var sendingDomains = NameCounts<AttemptCount>()
  private var recipientDomains = NameCounts<AttemptCount>()
  private var relays = NameCounts<AttemptCount>()
  private var clients = NameCounts<AddressCount>()
  private var rejectedClients = NameCounts<AddressCount>()
  private var reasons = ReasonTable()
  private var delays = Histogram()
  private var sizes = Histogram()
  private var parts = [Histogram](repeating: Histogram(), count: 4)
  private var ledger = LedgerBook()
  private let relayNames = NameTable()
  /// The name under which each relay is counted.
  private var relayOf: [NameID] = []

  package init(_ query: ReportQuery, lexicon: Lexicon) {
    self.query = query
    self.lexicon = lexicon
    addresses = AddressBook(lexicon.addresses)
    calendar = Calendar(zone: query.zone)
    report = TrafficReport(since: query.since, until: query.until)
    hour = PeriodRow(start: query.since)
  }

  // MARK: Keeper

  package var wantsDetails: Bool { false }

  package func keep(message: [Hop]) {
    guard passes(message) else { return }
    let root = message[0]
    let isNotification = root.summary.origin == .internal
    countReceived(root, isNotification: isNotification)
    for hop in message where passes(hop.host) {
      countEvents(hop)
      if !hop.isProbe { countOutcomes(hop, root: root, isNotification: isNotification) }
    }
    guard !root.isProbe, passes(root.host), isInside(root.summary.accepted ?? root.summary.first) else { return }
    ledger.book(message, day: calendar.place(root.summary.accepted ?? root.summary.first).day, lexicon: lexicon)
  }

  package func keep(_ line: LineFact) {
    guard isInside(line.time), passes(line.host), query.domain == nil || passes(line) else { return }
    let count = Int(line.count)
    switch line.event {
    case .reject: countReject(line, count)
    case .held:
      at(line.time) { $0.events.held += count }
      reasons.count(.hold, line.reason, times: count, words: lexicon.words)
    case .discarded:
      at(line.time) { $0.events.discarded += count }
      reasons.count(.discard, line.reason, times: count, words: lexicon.words)
    case .warning: reasons.count(.warning, line.reason, times: count, words: lexicon.words)
    case .error: reasons.count(.error, line.reason, times: count, words: lexicon.words)
    default: break
    }
  }

  package func keep(_ session: Session) {
    guard let started = session.started, isInside(started), passes(session.host),
      lexicon.words[session.program].hasSuffix("smtpd")
    else { return }
    report.sessions.connections += 1
    if session.lostReason != 0 { report.sessions.lost += 1 }
    at(started) { $0.events.connections += 1 }
  }

  package func keep(_ message: MessageFact) {}

  // MARK: What belongs to the report

  @inline(__always)
  private func isInside(_ time: Timestamp) -> Bool { time >= query.since && time < query.until }

  private func passes(_ host: NameID) -> Bool {
    if query.hosts.isEmpty || hostIDs.contains(host) { return true }
    let name = lexicon.hosts[host]
    guard query.hosts.contains(where: { $0.withBytes { HostName.same($0, name) } }) else { return false }
    hostIDs.insert(host)
    return true
  }

  private func passes(_ message: [Hop]) -> Bool {
    guard let domain = query.domain else { return true }
    return message.contains { hop in
      hop.summary.sender.map { isOf(domain, $0) } ?? false
        || hop.deliveries.contains { isOf(domain, $0.recipient) || $0.original != 0 && isOf(domain, $0.original) }
    }
  }

  private func passes(_ line: LineFact) -> Bool {
    guard let domain = query.domain else { return true }
    return line.sender.map { isOf(domain, $0) } ?? false || line.recipient.map { isOf(domain, $0) } ?? false
  }

  private func isOf(_ domain: Text, _ address: NameID) -> Bool {
    let id = addresses.entry(address).domain
    return id != 0 && domain.withBytes { addresses.domains[id].equalsIgnoringCase($0) }
  }

  // MARK: Counting

  /// The row of the hour that `time` lies in.
  @inline(__always)
  private func at(_ time: Timestamp, _ body: (inout PeriodRow) -> Void) {
    let start = calendar.place(time).hour
    if !hasHour || hour.start != start {
      if hasHour { hours[hour.start] = hour }
      hour = hours[start] ?? PeriodRow(start: start)
      hasHour = true
    }
    body(&hour)
  }

  private func countReceived(_ root: Hop, isNotification: Bool) {
    guard passes(root.host), let moment = root.summary.accepted ?? (isNotification ? root.summary.first : nil),
      isInside(moment),
      root.summary.rejected == nil, !root.isProbe
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
      senders.update(addresses.entry(sender).canonical) { $0.add(1, bytes: size) }
    }
    if root.summary.client != 0 { clients.update(root.summary.client) { $0.add(1, bytes: size) } }
  }

  private func countEvents(_ hop: Hop) {
    seenHosts.insert(hop.host)
    let size = max(0, hop.summary.size)
    for index in hop.facts.indices where isInside(hop.facts[index].time) {
      switch hop.facts[index].kind {
      case .accepted:
        at(hop.facts[index].time) { $0.events.received += 1 }
        if hop.facts[index].time == hop.summary.accepted { report.eventBytes.received += size }
      case .expired: at(hop.facts[index].time) { $0.events.expired += 1 }
      case .held where !isOperator(hop.facts[index]):
        let fact = hop.facts[index]
        at(fact.time) { $0.events.held += 1 }
        reasons.count(.hold, fact.text, times: 1, words: lexicon.words)
      case .discarded where !isOperator(hop.facts[index]):
        let fact = hop.facts[index]
        at(fact.time) { $0.events.discarded += 1 }
        reasons.count(.discard, fact.text, times: 1, words: lexicon.words)
      default: break
      }
    }
    if let sender = hop.summary.sender, hop.summary.size >= 0,
      let queued = hop.facts.first(where: { $0.kind == .queued }),
      isInside(queued.time)
    {
      let entry = addresses.entry(sender)
      eventSenders.insert(entry.canonical)
      if entry.domain != 0 {
        sendingDomains.update(entry.domain) {
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
      switch hop.deliveries[index].status {
      case .sent where hop.deliveries[index].fate == .forwarded: at(time) { $0.events.forwarded += Int(count) }
      case .sent:
        at(time) { $0.events.delivered += Int(count) }
        report.eventBytes.delivered += size * count
        eventRecipients.insert(entry.canonical)
        let add: (inout AttemptCount) -> Void = {
          $0.count += count
          $0.bytes += size * count
          guard delay >= 0 else { return }
          $0.delaySum += delay
          $0.delays += 1
          $0.delayMaximum = max($0.delayMaximum, delay)
        }
        recipientDomains.update(entry.domain, add)
        relays.update(relay, add)
        if delays.beforeQueue >= 0 {
          parts[0].add(delays.beforeQueue)
          parts[1].add(delays.inQueue)
          parts[2].add(delays.connection)
          parts[3].add(delays.transmission)
        }
      case .deferred:
        at(time) { row in
          row.events.deferrals += Int(count)
          if !wasDeferred { row.events.deferred += 1 }
        }
        wasDeferred = true
        recipientDomains.update(entry.domain) {
          $0.deferrals += count
          $0.delayMaximum = max($0.delayMaximum, delay)
        }
        relays.update(relay) { $0.deferrals += count }
        self.count(.deferral, hop.deliveries[index], hop)
      case .bounced:
        at(time) { $0.events.bounced += Int(count) }
        recipientDomains.update(entry.domain) { $0.bounced += count }
        relays.update(relay) { $0.bounced += count }
        self.count(.bounce, hop.deliveries[index], hop)
      default: break
      }
    }
  }

  private func count(_ kind: ReasonRow.Kind, _ delivery: Delivery, _ hop: Hop) {
    reasons.count(
      kind, delivery.reply, times: Int(delivery.count), code: delivery.code == 0 ? nil : Int(delivery.code),
      enhancedCode: delivery.enhancedCode, example: hop.queueID, words: lexicon.words)
  }

  private func countOutcomes(_ hop: Hop, root: Hop, isNotification: Bool) {
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
      recipients.update(addresses.entry(hop.deliveries[index].recipient).canonical) {
        $0.add(count, bytes: size * count)
      }
      if let accepted = root.summary.accepted {
        delays.add(time.microseconds - accepted.microseconds)
      } else if hop.deliveries[index].delay >= 0 {
        delays.add(hop.deliveries[index].delay)
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

  private func countReject(_ line: LineFact, _ count: Int) {
    let isWarning = line.action != 0 && lexicon.words[line.action] == "warn"
    // pflogsumm does not see smtpd's milter-reject lines.
    let isEvent =
      line.engine == 0 || lexicon.words[line.engine] != "milter" || lexicon.words[line.program].hasSuffix("cleanup")
    at(line.time) { row in
      if isWarning {
        row.events.rejectWarnings += count
      } else {
        row.messages.rejected += count
        if isEvent { row.events.rejected += count }
      }
    }
    if !isWarning && line.client != 0 { rejectedClients.update(line.client) { $0.add(Int64(count), bytes: 0) } }
    let reason = line.reason.isEmpty ? line.reply : line.reason
    reasons.count(
      isWarning ? .rejectWarning : .reject, reason, times: count, code: line.code == 0 ? nil : Int(line.code),
      enhancedCode: line.enhancedCode, words: lexicon.words)
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

  // MARK: The report

  package func finish() -> TrafficReport {
    if hasHour { hours[hour.start] = hour }
    report.timeZone = query.zone.name
    report.hosts = seenHosts.map { lexicon.hosts[$0].array }.sorted { $0.lexicographicallyPrecedes($1) }
    report.hourly = hours.values.sorted { $0.start < $1.start }
    report.daily = days()
    for row in report.hourly {
      report.messages.add(row.messages)
      report.events.add(row.events)
    }
    report.distinct = (
      eventSenders.count, eventRecipients.count, sendingDomains.distinct, recipientDomains.distinct
    )
    fillTop()
    report.reasons = reasons.rows(limit: query.top)
    report.delays = delays.percentiles
    report.sizes = sizes.percentiles
    for (name, histogram) in zip(["before_queue", "in_queue", "connection", "transmission"], parts) {
      if let percentiles = histogram.percentiles { report.delayParts.append((name, percentiles)) }
    }
    report.ledger = ledger.ledger
    return report
  }

  private func days() -> [PeriodRow] {
    var days: [Timestamp: PeriodRow] = [:]
    for row in report.hourly {
      let day = calendar.place(row.start).day
      days[day, default: PeriodRow(start: day)].messages.add(row.messages)
      days[day]!.events.add(row.events)
    }
    return days.values.sorted { $0.start < $1.start }
  }

  private func fillTop() {
    let address: (NameID) -> Text = { id in
      let name = self.addresses.addresses[id].array
      return name.isEmpty ? Array("<>".utf8) : name
    }
    let domain: (NameID) -> Text = { self.addresses.domains[$0].array }
    let peer: (NameID) -> Text = { id in
      let peer = Peer(self.lexicon.clients[id])
      guard let name = peer.name else { return peer.address?.array ?? [] }
      return name.array + (peer.address.map { [0x5B] + $0.array + [0x5D] } ?? [])
    }
    report.top.senders = senders.top(query.top, names: address)
    report.top.recipients = recipients.top(query.top, names: address)
    report.top.sendersBySize = senders.top(query.top, names: address) { $0.bytes }
    report.top.recipientsBySize = recipients.top(query.top, names: address) { $0.bytes }
    report.top.sendingDomains = sendingDomains.top(query.top, names: domain)
    report.top.recipientDomains = recipientDomains.top(query.top, names: domain) {
      $0.count << 20 + $0.deferrals + $0.bounced
    }
    report.top.relays = relays.top(query.top, names: { self.relayNames[$0].array }) {
      $0.count << 20 + $0.deferrals + $0.bounced
    }
    report.top.clients = clients.top(query.top, names: peer)
    report.top.rejectedClients = rejectedClients.top(query.top, names: peer)
  }
}

extension MessageCounts {
  mutating func add(_ other: MessageCounts) {
    received += other.received
    for outcome in Outcome.allCases { self[outcome] += other[outcome] }
  }
}

extension EventCounts {
  mutating func add(_ other: EventCounts) {
    received += other.received
    delivered += other.delivered
    forwarded += other.forwarded
    deferred += other.deferred
    deferrals += other.deferrals
    bounced += other.bounced
    expired += other.expired
    rejected += other.rejected
    rejectWarnings += other.rejectWarnings
    held += other.held
    discarded += other.discarded
    connections += other.connections
  }
}
