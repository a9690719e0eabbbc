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
  let query: ReportQuery
  let lexicon: Lexicon
  let addresses: AddressBook
  var calendar: Calendar
  var report: TrafficReport
  var hours: [Timestamp: PeriodRow] = [:]
  var hour: PeriodRow
  var hasHour = false
  var hostIDs: Set<NameID> = []
  var seenHosts: Set<NameID> = []

  var lists = CountLists()
  private var spill: CountSpill?
  var reasons = ReasonTable()
  var delays = Histogram()
  var sizes = Histogram()
  var parts = [Histogram](repeating: Histogram(), count: 4)
  var ledger = LedgerBook()
  let relayNames = NameTable(limit: Correlation.Limits.names / 4)
  var ownRefusals: OwnRefusals
  /// The name under which each relay is counted.
  var relayOf: [NameID] = []

  package init(_ query: ReportQuery, lexicon: Lexicon) {
    self.query = query
    self.lexicon = lexicon
    addresses = AddressBook(lexicon.addresses)
    ownRefusals = OwnRefusals(lexicon)
    calendar = Calendar(zone: query.zone)
    report = TrafficReport(since: query.since, until: query.until)
    if query.domain != nil { report.sessions = nil }
    hour = PeriodRow(start: query.since)
  }

  // MARK: Keeper

  package var wantsDetails: Bool { false }
  package var wantsRefusedAddresses: Bool { query.domain != nil }
  package func wantsEnvelope(of line: LineFact) -> Bool { ownRefusals.isOwn(line) }

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
      reasons.count(.hold, line[.reason], times: count, words: lexicon.words)
    case .discarded:
      at(line.time) { $0.events.discarded += count }
      reasons.count(.discard, line[.reason], times: count, words: lexicon.words)
    case .auth: countLogin(line, count)
    case .lifecycle where lexicon.words[line.program].hasSuffix("master"):
      reasons.count(.lifecycle, line[.reason], times: count, program: line.program, isPlain: true, words: lexicon.words)
    case .warning: reasons.count(.warning, line[.reason], times: count, program: line.program, words: lexicon.words)
    case .error: reasons.count(.error, line[.reason], times: count, program: line.program, words: lexicon.words)
    default: break
    }
  }

  package func keep(_ session: Session) {
    guard query.domain == nil, passes(session.host), lexicon.words[session.program].hasSuffix("smtpd") else { return }
    // Each by its own line, so that a session counts alike in one piece and in several.
    if let lost = session.lostTime, !session.isLossRepeated, isInside(lost) { report.sessions?.lost += 1 }
    guard let started = session.started, !session.isRepeated, isInside(started) else { return }
    report.sessions?.connections += 1
    at(started) { $0.events.connections += 1 }
  }

  package func keep(_ message: MessageFact) {}

  package func renew(_ renewal: LexiconRenewal) {
    let spill = self.spill ?? CountSpill()
    self.spill = spill
    if let renewed = renewal.addresses {
      lists.renewAddresses(renewed, to: spill)
      addresses.renew()
    }
    ownRefusals.renew()
    if let renewed = renewal.clients { lists.renewClients(renewed, to: spill) }
    if addresses.domains.isFull { lists.renewDomains(addresses.renewDomains(), to: spill) }
    if renewal.relays != nil || relayNames.isFull { relayOf.removeAll() }
    if relayNames.isFull { lists.renewRelays(relayNames.renew(), to: spill) }
  }

  /// The names of the lists as they are now.
  private var names: CountLists.Names {
    .init(
      address: { [lexicon] in lexicon.addresses[$0] }, domain: { [addresses] in addresses.domains[$0] },
      relay: { [relayNames] in relayNames[$0] }, client: { [lexicon] in lexicon.clients[$0] })
  }

  // MARK: What belongs to the report

  @inline(__always)
  func isInside(_ time: Timestamp) -> Bool { time >= query.since && time < query.until }

  func passes(_ host: NameID) -> Bool {
    if query.hosts.isEmpty || hostIDs.contains(host) { return true }
    let name = lexicon.hosts[host]
    guard query.hosts.contains(where: { $0.withBytes { HostName.same($0, name) } }) else { return false }
    hostIDs.insert(host)
    return true
  }

  func passes(_ message: [Hop]) -> Bool {
    guard let domain = query.domain else { return true }
    return message.contains { hop in
      hop.summary.sender.map { isOf(domain, $0) } ?? false
        || hop.deliveries.contains { isOf(domain, $0.recipient) || $0.original != 0 && isOf(domain, $0.original) }
    }
  }

  func passes(_ line: LineFact) -> Bool {
    guard let domain = query.domain else { return true }
    return line.sender.map { isOf(domain, $0) } ?? false || line.recipient.map { isOf(domain, $0) } ?? false
  }

  func isOf(_ domain: Text, _ address: NameID) -> Bool {
    let id = addresses.entry(address).domain
    return id != 0 && domain.withBytes { addresses.domains[id].equalsIgnoringCase($0) }
  }

  // MARK: The report

  package func finish() throws(AnalysisError) -> TrafficReport {
    if hasHour { hours[hour.start] = hour }
    report.timeZone = query.zone.name
    report.hosts = seenHosts.map { lexicon.hosts[$0].array }.sorted { $0.lexicographicallyPrecedes($1) }
    report.hourly = hours.values.sorted { $0.start < $1.start }
    report.daily = days()
    for row in report.hourly {
      report.messages.add(row.messages)
      report.events.add(row.events)
    }
    try fillLists()
    report.reasons = reasons.rows(limit: query.top)
    report.delays = delays.percentiles
    report.sizes = sizes.percentiles
    for (name, histogram) in zip(["before_queue", "in_queue", "connection", "transmission"], parts) {
      if let percentiles = histogram.percentiles { report.delayParts.append((name, percentiles)) }
    }
    report.ledger = ledger.ledger
    return report
  }

  func days() -> [PeriodRow] {
    var days: [Timestamp: PeriodRow] = [:]
    for row in report.hourly {
      let day = calendar.place(row.start).day
      days[day, default: PeriodRow(start: day)].messages.add(row.messages)
      days[day]!.events.add(row.events)
    }
    return days.values.sorted { $0.start < $1.start }
  }

  private func fillLists() throws(AnalysisError) {
    let limit = query.top
    if let spill {
      lists.moveAll(to: spill, names: names)
      try spill.forEachPart { records in
        let names = NameTable()
        var part = CountLists()
        records { part.add($0, of: names.intern($0.name)) }
        part.add(to: &report, limit: limit, names: .init(names))
      }
    } else {
      lists.add(to: &report, limit: limit, names: names)
    }
    report.top.order(limit: limit)
  }
}
