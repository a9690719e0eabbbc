import Bytes
import Correlation
import Facts
import Store

/// Makes the story of a message from its hops and what else the store has about them.
final class TraceBuilder {
  let reading: TraceReading
  let lexicon: Lexicon
  private var refusals = RefusalGrouping()
  /// Of all MTAs only Postfix's logs are read so far.
  private static let postfix = Array("Postfix".utf8)

  init(_ reading: TraceReading) {
    self.reading = reading
    lexicon = reading.lexicon
  }

  /// The messages that are complete with this seed: refusals of one transaction are put together.
  func messages(_ seed: TraceSeed) throws(StoreError) -> [MessageTrace] {
    switch seed {
    case .refusal(let line):
      guard let group = refusals.add(line) else { return [] }
      return [refused(group)]
    case .raw(let id):
      guard let message = try rawMessage(id) else { return [] }
      return flush().map { [$0, message] } ?? [message]
    case .message(let root):
      let hops = try reading.message(root)
      guard let first = hops.first, !first.isProbe else { return [] }
      let message = try message(hops)
      return flush().map { [$0, message] } ?? [message]
    }
  }

  /// The refusals that still wait for others of their transaction.
  func flush() -> MessageTrace? { refusals.flush().map { refused($0) } }

  // MARK: Messages

  private func message(_ hops: [Hop]) throws(StoreError) -> MessageTrace {
    var trace = MessageTrace()
    let root = hops[0]
    trace.messageID = hops.lazy.compactMap(\.messageID).first { !$0.isEmpty }?.array
    trace.subject = hops.lazy.compactMap(\.subject).first?.array
    trace.sender = hops.lazy.compactMap { $0.summary.sender.map { self.lexicon.addresses[$0].array } }.first
    trace.size = hops.lazy.map(\.summary.size).first { $0 >= 0 }
    trace.firstSeen = hops.map(\.summary.first).min()!
    trace.lastSeen = hops.map(\.summary.last).max()!
    let clocks = try HostClocks(of: hops, root: root, reading)
    trace.clockOffsets = clocks.offsets
    trace.duration = clocks.duration(of: hops)
    let hops = clocks.offsets.isEmpty ? hops : clocks.sorted(hops)
    let notes = try notes(on: hops, messageID: trace.messageID)
    for hop in hops {
      trace.hops.append(try self.hop(hop, &trace.places))
      for fact in hop.facts where fact.kind == .notified {
        trace.children.append(
          ChildTrace(
            relation: fact.other == 0 ? "notification" : lexicon.words[fact.other].string,
            messageID: try reading.messageID(queueID: hop[fact.text], host: hop.host), queueID: hop[fact.text].array))
      }
    }
    try addGuesses(to: &trace, hops)
    if let id = trace.messageID, let raw = try reading.rawMessage(messageID: id) { Witness.add(raw, to: &trace) }
    let refusals = try hops.map { (hop) throws(StoreError) in try reading.rejections(of: hop) }
    trace.recipients = recipients(hops, root: root, clocks: clocks, notes: notes, refusals: refusals)
    trace.places += hops.flatMap(\.evidence) + (notes + refusals.joined()).map(\.evidence)
    fillVerdicts(&trace, notes)
    trace.conclude()
    if root.isAbandoned && trace.recipients.isEmpty { trace.verdict = "Begun by a client, but never received." }
    return trace
  }

  /// Verdicts on the message: by queue id, by Message-ID, and those that name only client, sender and recipient.
  private func notes(on hops: [Hop], messageID: Text?) throws(StoreError) -> [LineFact] {
    var notes: [LineFact] = []
    for hop in hops { notes += try reading.verdicts(of: hop) }
    if let messageID { notes += try reading.verdicts(messageID: messageID) }
    for hop in hops where hop.summary.client != 0 {
      guard let accepted = hop.summary.accepted else { continue }
      let client = Peer(lexicon.clients[hop.summary.client])
      let near = try reading.verdicts(
        on: hop.host, from: accepted.advanced(bySeconds: -30), to: accepted.advanced(bySeconds: 5))
      notes += near.filter { isAbout($0, hop, client) } + hop.rules(among: near, lexicon.words)
    }
    var seen: Set<Evidence> = []
    return notes.filter { seen.insert($0.evidence).inserted }
  }

  private func isAbout(_ note: LineFact, _ hop: Hop, _ client: Peer) -> Bool {
    guard note.event == .spf || note.event == .greylist, note.client != 0, let address = client.address,
      Peer(lexicon.clients[note.client]).address == address
    else { return false }
    guard let sender = note.sender, let envelope = hop.summary.sender else { return true }
    return lexicon.addresses[sender].equalsIgnoringCase(lexicon.addresses[envelope])
  }

  /// Adds to `places` the lines that tell of it beside the hop's own.
  private func hop(_ hop: Hop, _ places: inout [Evidence]) throws(StoreError) -> HopTrace {
    var trace = HopTrace(id: hop.traceID(lexicon), host: lexicon.hosts[hop.host].array)
    let s = hop.summary
    trace.queueID = hop.queueID.array
    trace.accepted = s.accepted ?? (s.origin == .internal ? s.first : nil)
    trace.released = s.removed
    trace.standing = s.removed == nil ? hop.standing : nil
    if s.client != 0 { trace.client = PeerTrace(lexicon.clients[s.client]) }
    if s.user != 0 { trace.user = lexicon.words[s.user].array }
    if hop.isOfQueue { trace.software = TraceBuilder.postfix }
    if let accepted = s.accepted, s.pid != 0, let tls = try reading.tls(host: hop.host, pid: s.pid, at: accepted) {
      trace.tls = TLSTrace(
        version: lexicon.words[tls.version].array, cipher: tls.cipher == 0 ? nil : lexicon.words[tls.cipher].array,
        bits: tls.bits == 0 ? nil : Int(tls.bits))
      places.append(tls.place)
    }
    trace.from = hop.link.map { LinkTrace($0, lexicon) }
    trace.deliveries = hop.deliveries.sorted { ($0.time, $0.reply.count) < ($1.time, $1.reply.count) }.map {
      delivery($0, of: hop)
    }
    return trace
  }

  private func delivery(_ delivery: Delivery, of hop: Hop) -> DeliveryTrace {
    var trace = DeliveryTrace(
      time: delivery.time, recipient: lexicon.addresses[delivery.recipient].array, status: "\(delivery.status.name)",
      reply: hop[delivery.reply].array)
    trace.originalRecipient = delivery.original == 0 ? nil : lexicon.addresses[delivery.original].array
    trace.relay = delivery.relay == 0 ? nil : PeerTrace(lexicon.relays[delivery.relay])
    trace.transport = delivery.transport == 0 ? nil : lexicon.words[delivery.transport].array
    trace.code = delivery.code == 0 ? nil : Int(delivery.code)
    trace.enhancedCode = delivery.enhancedCode == 0 ? nil : lexicon.words[delivery.enhancedCode].array
    trace.nextQueueID = delivery.nextQueueID.isEmpty ? nil : hop[delivery.nextQueueID].array
    trace.delay = delivery.delay < 0 ? nil : delivery.delay
    if delivery.delays.beforeQueue >= 0 { trace.delays = delivery.delays }
    return trace
  }

  /// A message that no log knows: what its own header says.
  private func rawMessage(_ id: Text) throws(StoreError) -> MessageTrace? {
    guard let raw = try reading.rawMessage(messageID: id) else { return nil }
    var trace = MessageTrace()
    trace.messageID = id
    let times = raw.received.compactMap(\.time)
    trace.firstSeen = times.min() ?? raw.date ?? Timestamp(microseconds: 0)
    trace.lastSeen = times.max() ?? trace.firstSeen
    trace.duration = trace.lastSeen.microseconds - trace.firstSeen.microseconds
    Witness.add(raw, to: &trace)
    trace.conclude()
    if let last = trace.hops.last {
      trace.verdict =
        "No log names it. Its own header was last written by \(String(decoding: last.host, as: UTF8.self))."
    }
    return trace
  }

  // MARK: Verdicts

  private func fillVerdicts(_ trace: inout MessageTrace, _ notes: [LineFact]) {
    for note in notes {
      let host = lexicon.hosts[note.host].array
      let program = lexicon.words[note.program].array
      if let results = note.text(.results) {
        for result in StoredResult.list(results) {
          var row = AuthenticationTrace(method: result.method, result: result.result, by: host, source: program)
          (row.domain, row.selector, row.reason) = (result.domain, result.selector, result.reason)
          trace.authentication.append(row)
        }
      } else if note.result != 0, [.dkim, .spf, .dmarc, .arc].contains(note.event) {
        var row = AuthenticationTrace(
          method: Array("\(note.event.name)".utf8), result: lexicon.words[note.result].array, by: host, source: program)
        row.reason = note.text(.reason)
        trace.authentication.append(row)
      }
      guard note.event == .filter else { continue }
      var spam = SpamTrace(engine: note.engine == 0 ? program : lexicon.words[note.engine].array)
      spam.action = note.action == 0 ? nil : lexicon.words[note.action].array
      (spam.score, spam.required) = (note.score, note.required)
      spam.symbols = note.text(.symbols)
      spam.reason = note.text(.reason)
      trace.spam.append(spam)
    }
    let rows = trace.authentication
    trace.authentication = []
    for row in rows where !rows.contains(where: { $0.saysMore(than: row) }) && !trace.authentication.contains(row) {
      trace.authentication.append(row)
    }
  }

  // MARK: Recipients

  private func recipients(
    _ hops: [Hop], root: Hop, clocks: HostClocks, notes: [LineFact], refusals: [[LineFact]]
  ) -> [RecipientTrace] {
    var list = RecipientList(lexicon: lexicon, root: root, clocks: clocks, notes: notes)
    for (hop, refusals) in zip(hops, refusals) {
      list.add(deliveriesOf: hop)
      list.add(rejections: refusals, of: hop)
    }
    for hop in hops { list.add(unnamedOf: hop) }
    return list.finished
  }

  // MARK: Refusals

  /// A transaction that was refused before there was a queue id.
  private func refused(_ lines: [LineFact]) -> MessageTrace {
    var trace = MessageTrace()
    let first = lines[0]
    trace.firstSeen = lines.map(\.time).min()!
    trace.lastSeen = lines.map(\.time).max()!
    trace.duration = trace.lastSeen.microseconds - trace.firstSeen.microseconds
    trace.sender = first.sender.map { lexicon.addresses[$0].array }
    trace.messageID = first.text(.messageID)
    var hop = HopTrace(
      id: "\(lexicon.hosts[first.host].string)/\(first.time.rfc3339)/\(first.pid)",
      host: lexicon.hosts[first.host].array)
    if first.client != 0 { hop.client = PeerTrace(lexicon.clients[first.client]) }
    hop.helo = first.text(.helo)
    hop.protocol = first.protocol == 0 ? nil : lexicon.words[first.protocol].array
    let daemons: [StaticString] = ["smtpd", "postscreen", "cleanup"]
    if daemons.contains(where: { lexicon.words[first.program].hasSuffix($0) }) { hop.software = TraceBuilder.postfix }
    trace.hops = [hop]
    for line in lines { trace.recipients.append(RecipientTrace(refused: line, lexicon)) }
    trace.places = lines.map(\.evidence)
    trace.conclude()
    return trace
  }
}

/// Puts refusals of one transaction together: same host, process, client and sender, at most a minute apart.
struct RefusalGrouping {
  private var group: [LineFact] = []

  /// Returns the group before, if the line does not belong to it.
  mutating func add(_ line: LineFact) -> [LineFact]? {
    if let last = group.last, last.host == line.host, last.pid == line.pid, last.client == line.client,
      last.sender == line.sender, (last.time.microseconds - line.time.microseconds).magnitude <= 60_000_000,
      line.recipient != nil, !group.contains(where: { $0.recipient == line.recipient })
    {
      group.append(line)
      return nil
    }
    let before = group
    group = [line]
    return before.isEmpty ? nil : before
  }

  mutating func flush() -> [LineFact]? {
    defer { group = [] }
    return group.isEmpty ? nil : group
  }
}

extension Hop {
  /// Whether lines of the queue's own software tell of it, and not those of a filter alone.
  fileprivate var isOfQueue: Bool {
    summary.origin != .unknown || summary.size >= 0 || summary.removed != nil || !deliveries.isEmpty
  }

  /// What became of a message that did not leave the queue.
  fileprivate var standing: Outcome? {
    if summary.rejected != nil { return .rejected }
    if summary.discarded != nil { return .discarded }
    if summary.isHeld || rest.count > 0 && rest.outcome == .held { return .held }
    return deliveries.contains { $0.outcome == .deferred } ? .deferred : nil
  }

  /// The hop's name in an answer: `host/queueid`, or with its time where a short queue id may come again.
  func traceID(_ lexicon: Lexicon) -> String {
    let name = lexicon.hosts[host].string + "/" + queueID.string
    return hasReusableID ? name + "@" + summary.first.rfc3339 : name
  }
}

extension LinkTrace {
  init(_ link: Link, _ lexicon: Lexicon) {
    self.init(hop: link.from.traceID(lexicon), rule: "\(link.rule.name)", grade: "\(link.grade.name)")
  }
}

extension AuthenticationTrace {
  /// opendkim writes three lines about one signature: with its domain, without, and without a result.
  fileprivate func saysMore(than other: AuthenticationTrace) -> Bool {
    guard method == other.method, by == other.by, source == other.source, !result.isEmpty, other.reason == nil else {
      return false
    }
    if other.result.isEmpty { return domain == other.domain && selector == other.selector }
    return result == other.result && domain != nil && other.domain == nil
  }
}

extension PeerTrace {
  init(_ joined: Bytes) {
    let peer = Peer(joined)
    self.init(name: peer.name?.array, address: peer.address?.array, port: peer.port.map(Int.init))
  }
}

extension LineFact {
  /// A copy of one of its texts; nil where the line has none.
  func text(_ text: LineText) -> Text? { self[text].isEmpty ? nil : self[text].array }
}
