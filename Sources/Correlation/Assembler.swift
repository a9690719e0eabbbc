import Bytes
package import Facts

/// Facts become hops, sessions and line facts.
package final class Assembler: FactSink {
  /// Where the fact at hand stands.
  private var evidence = Evidence(source: 0, line: 0, offset: 0)
  private let lexicon: Lexicon
  private let keeper: any Keeper
  private let weaver: Weaver
  private let keepsEvidence: Bool
  private let wantsDetails: Bool
  private let wantsRefusedAddresses: Bool
  private var sessions: OpenSessions
  private var lines = LineWindow()
  /// Facts until the next look at whether there are too many names.
  private var factsLeft = 0
  private let factsBetweenRenewals = Limits.factsBetweenRenewals

  /// - Parameter keepsEvidence: whether hops remember their lines.
  package init(lexicon: Lexicon, keeper: any Keeper, keepsEvidence: Bool) {
    self.lexicon = lexicon
    self.keeper = keeper
    self.keepsEvidence = keepsEvidence
    wantsDetails = keeper.wantsDetails
    wantsRefusedAddresses = keeper.wantsRefusedAddresses
    sessions = OpenSessions(lexicon: lexicon, wantsDetails: wantsDetails)
    weaver = Weaver(lexicon: lexicon, keeper: keeper)
  }

  package func begin(sources: Int) { sessions.waits = sources > 1 }

  package func take(_ fact: Fact) {
    factsLeft -= 1
    if factsLeft <= 0 { renewNames() }
    evidence = Evidence(source: fact.source, line: fact.line, offset: fact.offset)
    weaver.advance(to: fact.time)
    let host = lexicon.hosts.intern(fact.host)
    if let queueID = fact[.queueID], !queueID.isEmpty { takeQueued(fact, host: host, queueID: queueID) }
    switch fact.event {
    case .connect: takeSession(fact, host: host)
    // Where sessions are only counted, their regular ends say nothing.
    case .disconnect: if wantsDetails || fact[.reason] != nil { takeSession(fact, host: host) }
    case .tls where wantsDetails, .other where wantsDetails && Session.isHandOver(fact):
      takeSession(fact, host: host)
    case .reject, .mailbox, .warning, .error: takeLine(fact)
    case .auth where !isPassed(fact), .lifecycle where fact.program.hasSuffix("master"): takeLine(fact)
    case .other where warns(fact): takeLine(fact)
    case .filter where wantsDetails || fact[.mailbox] != nil: takeLine(fact)
    case .auth, .dkim, .spf, .dmarc, .arc, .dnsbl, .greylist, .lifecycle:
      if wantsDetails { takeLine(fact) }
    case .held, .discarded, .redirected:
      if fact[.queueID] == nil { takeLine(fact) }
    default: break
    }
  }

  package func take(_ message: MessageFact) { keeper.keep(message) }

  /// The seconds of which several sources told sessions of the same host.
  package var overlaps: [ClosedRange<Int64>] { sessions.spans.overlaps }

  /// All sources have been read: hands on what is still open.
  package func finish() {

    lines.finish { keeper.keep($0) }
    sessions.finishAll { keeper.keep($0) }
    weaver.finish()
  }

  /// Forgets the names of which nobody in the making speaks.
  private func renewNames() {
    factsLeft = factsBetweenRenewals
    guard lexicon.isFull else { return }
    let renewal = lexicon.renew()
    var seen: Set<ObjectIdentifier> = []
    for line in lines.waitingLines + weaver.notes where seen.insert(ObjectIdentifier(line)).inserted {
      line.renew(renewal)
    }
    weaver.renew(renewal)
    sessions.renew(renewal)
    keeper.renew(renewal)

  }

  private func takeSession(_ fact: Fact, host: NameID) {
    guard fact[.clientAddress] != nil || fact[.clientName] != nil, fact.pid != 0 else { return }
    // tlsproxy(8) does its work within the session of another process.
    guard fact.event != .tls || !fact.program.hasSuffix("tlsproxy") else { return }
    sessions.take(fact, host: host, evidence: evidence) { keeper.keep($0) }
  }

  private func takeLine(_ fact: Fact) {
    let event = refuses(fact) || warns(fact) ? Event.reject : fact.event
    let namesAddresses = event != .reject || wantsRefusedAddresses
    let line = lines.add(
      fact, event: event, lexicon: lexicon, namesAddresses: namesAddresses, evidence: evidence
    ) { keeper.keep($0) }
    if let line, line.bearsOnOutcome(lexicon.words) { weaver.remember(line) }
  }
}

// MARK: - Hops

extension Assembler {
  private func takeQueued(_ fact: Fact, host: NameID, queueID: Bytes) {
    switch fact.event {
    case .delivery:
      guard let recipient = fact[.recipient], let status = fact[.status].flatMap(Delivery.Status.init) else { return }
      let sought = lexicon.addresses.seek(recipient)
      takeDelivery(fact, status, weaver.hop(host: host, queueID: queueID, at: fact.time), to: recipient, sought)
    case .queued:
      let sender = fact[.sender] ?? .empty
      let sought = lexicon.addresses.seek(sender)
      takeEntry(fact, weaver.hop(host: host, queueID: queueID, at: fact.time), from: sender, sought)
    case .accept, .messageID, .removed, .held, .released, .expired, .discarded, .redirected, .bounceSent:
      takeFact(fact, weaver.hop(host: host, queueID: queueID, at: fact.time))
    case .reject where fact[.action] == nil || fact[.action]! != "warn":
      takeRefusal(fact, host: host, queueID: queueID)
    case .warning where refuses(fact):
      let hop = weaver.hop(host: host, queueID: queueID, at: fact.time)
      remember(hop)
      refuse(fact, hop)
    case .filter where fact[.nextQueueID] != nil:
      let hop = weaver.hop(host: host, queueID: queueID, at: fact.time)
      remember(hop)
      hop.add(HopFact(.filtered, at: fact.time), text: fact[.nextQueueID]!)
      weaver.connect(hop, to: fact[.nextQueueID]!)
    case .filter where fact[.mailbox] != nil && fact[.action].map { $0 == "quarantine" } ?? false:
      let hop = weaver.hop(host: host, queueID: queueID, at: fact.time)
      remember(hop)
      var said = HopFact(.quarantined, at: fact.time)
      said.name = fact[.recipient].map(lexicon.addresses.intern) ?? 0
      hop.add(said, text: fact[.mailbox]!)
    case .other where fact[.subject] != nil:
      let hop = weaver.hop(host: host, queueID: queueID, at: fact.time)
      remember(hop)
      takeSubject(fact, hop)
    default: break
    }
  }

  /// A refusal of one recipient says nothing of the hop: where it is all that is known of a queue id, there is no hop to tell of.
  private func takeRefusal(_ fact: Fact, host: NameID, queueID: Bytes) {
    let isOfMessage = fact[.stage].map { $0 == "end-of-data" || $0 == "data" } ?? false
    guard isOfMessage || fact[.subject] != nil else { return }
    let hop = weaver.hop(host: host, queueID: queueID, at: fact.time)
    remember(hop)
    if isOfMessage { refuse(fact, hop) }
    takeSubject(fact, hop)
  }

  private func takeSubject(_ fact: Fact, _ hop: Hop) {
    guard let subject = fact[.subject] else { return }
    hop.add(HopFact(.subject, at: fact.time), text: subject)
  }

  /// A warning that is the only line to say that a message was refused.
  private func refuses(_ fact: Fact) -> Bool { fact.event == .warning && fact[.action].map { $0 == "reject" } ?? false }

  /// A check of a header or the body that only warns, as `reject_warning` does.
  private func warns(_ fact: Fact) -> Bool {
    guard fact.event == .other, let action = fact[.action], action == "warn", let engine = fact[.engine] else {
      return false
    }
    return engine == "header_checks" || engine == "body_checks"
  }

  private func isPassed(_ fact: Fact) -> Bool { fact[.result].map { $0 == "pass" } ?? false }

  private func takeEnvelope(_ fact: Fact, _ hop: Hop) {
    for (field, kind) in [(TextField.sender, HopFact.Kind.sender), (.recipient, .recipient)] {
      guard let address = fact[field] else { continue }
      var said = HopFact(kind, at: fact.time)
      said.name = lexicon.addresses.intern(address)
      hop.add(said)
    }
  }

  private func refuse(_ fact: Fact, _ hop: Hop) {
    hop.add(HopFact(.rejected, at: fact.time), text: fact[.reply] ?? fact[.reason] ?? .empty)
    takeEnvelope(fact, hop)
    weaver.close(hop, at: fact.time)
  }

  private func takeFact(_ fact: Fact, _ hop: Hop) {
    remember(hop)
    var said = HopFact(kind(of: fact.event), at: fact.time)
    var text = Bytes.empty
    switch fact.event {
    case .accept:
      said.pid = UInt32(truncatingIfNeeded: fact.pid)
      if let uid = fact[.uid] {
        said.number = uid
        said.name = fact[.sender].map(lexicon.addresses.intern) ?? 0
      } else {
        said.name = lexicon.client(of: fact)
      }
      said.other = fact[.user].map(lexicon.words.intern) ?? 0
      if let previous = fact[.previousQueueID] {
        text = previous
        weaver.connect(hop, to: previous)
      }
    case .messageID:
      text = fact[.messageID] ?? .empty
      weaver.identify(hop, messageID: text)
    case .bounceSent:
      text = fact[.nextQueueID] ?? .empty
      said.other = fact[.reason].map(lexicon.words.intern) ?? 0
    case .discarded, .held, .redirected:
      // What is on hold stays, although the queue manager has not seen it.
      if fact.event == .held { hop.weave.isQueued = true }
      text = fact[.reason] ?? fact[.reply] ?? fact[.action] ?? .empty
      said.other = fact[.engine].map(lexicon.words.intern) ?? 0
      takeSubject(fact, hop)
      takeEnvelope(fact, hop)
    default: break
    }
    hop.add(said, text: text)
    if fact.event == .removed || fact.event == .discarded { weaver.close(hop, at: fact.time) }
  }

  /// The queue manager has the message.
  private func takeEntry(_ fact: Fact, _ hop: Hop, from sender: Bytes, _ sought: NameTable.Sought) {
    remember(hop)
    hop.weave.isQueued = true
    var said = HopFact(.queued, at: fact.time)
    said.name = lexicon.addresses.intern(sender, sought)
    said.size = fact[.size] ?? -1
    said.number = fact[.recipientCount] ?? -1
    hop.add(said)
  }

  private func kind(of event: Event) -> HopFact.Kind {
    switch event {
    case .accept: .accepted
    case .messageID: .messageID
    case .held: .held
    case .released: .released
    case .expired: .expired
    case .discarded: .discarded
    case .redirected: .redirected
    case .bounceSent: .notified
    default: .removed
    }
  }

  private func takeDelivery(
    _ fact: Fact, _ status: Delivery.Status, _ hop: Hop, to recipient: Bytes, _ sought: NameTable.Sought
  ) {
    remember(hop)
    hop.weave.isQueued = true
    var delivery = Delivery(time: fact.time, recipient: lexicon.addresses.intern(recipient, sought), status: status)
    delivery.original = fact[.originalRecipient].map(lexicon.addresses.intern) ?? 0
    delivery.relay = lexicon.relay(of: fact)
    delivery.transport = fact[.transport].map(lexicon.words.intern) ?? 0
    delivery.code = Int16(clamping: fact[.code] ?? 0)
    delivery.enhancedCode = fact[.enhancedCode].map(lexicon.words.intern) ?? 0
    delivery.stage = fact[.stage].map(lexicon.words.intern) ?? 0
    delivery.delay = fact[.delay] ?? -1
    if let beforeQueue = fact[.delayBeforeQueue] {
      delivery.delays = (
        beforeQueue, fact[.delayInQueue] ?? -1, fact[.delayConnection] ?? -1, fact[.delayTransmission] ?? -1
      )
    }
    delivery.fate = fate(fact)
    delivery.count = Int32(clamping: fact.count)
    let next = status == .sent ? fact[.nextQueueID] ?? .empty : .empty
    if !next.isEmpty { weaver.connect(hop, to: next) }
    var reply = fact[.reply] ?? .empty
    if !wantsDetails && status == .sent {
      delivery.replyMark = KeyedHash.hash(reply, seed: KeyedHash.key)
      reply = .empty
    }
    hop.observe(delivery, reply: reply, nextQueueID: next, source: evidence.source)
  }

  private func fate(_ fact: Fact) -> Delivery.Fate {
    guard let action = fact[.action] else { return .none }
    if action == "forwarded" { return .forwarded }
    if action == "discard" { return .discarded }
    if action == "discard-some" { return .partlyDiscarded }
    if action == "bounce-some" { return .partlyReturned }
    if action == "split" { return .partlyEither }
    return action == "bounce" ? .returned : .none
  }

  @inline(__always)
  private func remember(_ hop: Hop) {
    if keepsEvidence && hop.evidence.count < Limits.evidenceLines && hop.evidence.last != evidence {
      hop.evidence.append(evidence)
    }
  }
}

extension Delivery.Status {
  init?(_ word: Bytes) {
    switch word {
    case _ where word == "sent": self = .sent
    case _ where word == "deferred": self = .deferred
    case _ where word == "bounced": self = .bounced
    case _ where word == "expired": self = .expired
    case _ where word == "deliverable": self = .deliverable
    case _ where word == "undeliverable": self = .undeliverable
    default: return nil
    }
  }
}
