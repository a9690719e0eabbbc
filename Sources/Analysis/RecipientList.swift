import Bytes
import Correlation
import Facts

/// Collects what became of each recipient of a message.
struct RecipientList {
  private let lexicon: Lexicon
  private let root: Hop
  private let clocks: HostClocks
  private let notes: [LineFact]
  private var entries: [RecipientTrace] = []
  /// Recipients whose story goes on in another hop, with the hop that handed them on.
  private var continued: [(hop: Hop, recipient: NameID, original: NameID)] = []

  init(lexicon: Lexicon, root: Hop, clocks: HostClocks, notes: [LineFact]) {
    self.lexicon = lexicon
    self.root = root
    self.clocks = clocks
    self.notes = notes
  }

  mutating func add(deliveriesOf hop: Hop) {
    for delivery in hop.deliveries {
      guard let outcome = delivery.outcome else {
        if delivery.status == .sent { continued.append((hop, delivery.recipient, delivery.original)) }
        continue
      }
      entries.append(entry(hop, delivery, outcome))
    }
  }

  private func entry(_ hop: Hop, _ delivery: Delivery, _ outcome: Outcome) -> RecipientTrace {
    var entry = RecipientTrace(outcome: outcome, host: lexicon.hosts[hop.host].array)
    entry.address = lexicon.addresses[delivery.recipient].array
    if delivery.original != 0 { entry.originalAddress = lexicon.addresses[delivery.original].array }
    if delivery.relay != 0 { entry.relay = PeerTrace(lexicon.relays[delivery.relay]) }
    if delivery.stage != 0 { entry.stage = lexicon.words[delivery.stage].array }
    if delivery.code != 0 { entry.code = Int(delivery.code) }
    if delivery.enhancedCode != 0 { entry.enhancedCode = lexicon.words[delivery.enhancedCode].array }
    entry.reply = hop[delivery.reply].array
    if outcome != .delivered && outcome != .relayed {
      entry.reason = hop.reason?.array ?? (delivery.status == .sent ? scriptReason(delivery) : nil) ?? entry.reply
    }
    for attempt in hop.deliveries where attempt.recipient == delivery.recipient && attempt.original == delivery.original
    {
      entry.attempts += 1
      entry.firstAttempt = min(entry.firstAttempt ?? attempt.time, attempt.time)
      entry.lastAttempt = max(entry.lastAttempt ?? attempt.time, attempt.time)
    }
    let start = root.summary.accepted ?? (root.summary.origin == .internal ? root.summary.first : nil)
    let end = clocks.corrected(delivery.time, on: hop.host)
    entry.delay =
      start.map { max(0, end.microseconds - $0.microseconds) } ?? (delivery.delay < 0 ? nil : delivery.delay)
    entry.mailbox = outcome == .quarantined ? hop.quarantine?.array : mailbox(delivery)
    return entry
  }

  private func mailbox(_ delivery: Delivery) -> Text? {
    notes.first { !$0[.mailbox].isEmpty && isOfMailbox($0, delivery) }?.text(.mailbox)
  }

  /// Why a mailbox did not keep what it had taken, as far as the server was told.
  private func scriptReason(_ delivery: Delivery) -> Text? {
    for note in notes where note.action != 0 && isOfMailbox(note, delivery) {
      let action = lexicon.words[note.action]
      if action == "discarded" || action == "rejected" {
        return Array("the recipient's Sieve script \(action.string) it".utf8)
      }
    }
    return nil
  }

  /// Whether the note is about the mailbox that the delivery was for.
  private func isOfMailbox(_ note: LineFact, _ delivery: Delivery) -> Bool {
    guard note.event == .mailbox, let user = note.recipient else { return false }
    let name = lexicon.addresses[user]
    let address = lexicon.addresses[delivery.recipient]
    let local = address.prefix(address.firstIndex(of: 0x40) ?? address.count)
    if name.equalsIgnoringCase(address) || name.equalsIgnoringCase(local) { return true }
    guard let plus = local.firstIndex(of: 0x2B) else { return false }
    return isUser(name, of: local.prefix(plus), address.dropFirst(local.count))
  }

  /// Whether `name` is `user` or `user@domain`: mailboxes are named without the detail behind the plus sign (RFC 5233).
  private func isUser(_ name: Bytes, of user: Bytes, _ domain: Bytes) -> Bool {
    name.prefix(user.count).equalsIgnoringCase(user)
      && (name.count == user.count || name.dropFirst(user.count).equalsIgnoringCase(domain))
  }

  /// Refusals that came when the message had its queue id already.
  ///
  /// At a later hop it was our own host that was refused: its delivery line tells the same.
  mutating func add(rejections: [LineFact], of hop: Hop) {
    guard hop.link == nil else { return }
    for line in rejections where line.action == 0 || lexicon.words[line.action] != "warn" {
      let entry = RecipientTrace(refused: line, lexicon)
      guard !entries.contains(where: { $0.address != nil && $0.address == entry.address && isRefusal($0, by: hop) })
      else { continue }
      entries.append(entry)
    }
  }

  /// What is refused to a local user is bounced.
  private func isRefusal(_ entry: RecipientTrace, by hop: Hop) -> Bool {
    entry.outcome == .rejected || entry.outcome == .bounced && hop.summary.origin == .local
  }

  /// Recipients that no delivery line of the hop names.
  mutating func add(unnamedOf hop: Hop) {
    guard hop.rest.count > 0 else { return }
    var names: [NameID] =
      hop.link.map { link in
        continued.filter { $0.hop === link.from && !hop.names($0.recipient, lexicon) }.map(\.recipient)
      } ?? []
    let rules = hop.rules(among: notes, lexicon.words)
    for name in hop.summary.named + rules.compactMap(\.recipient) where !names.contains(name) { names.append(name) }
    if hop.rest.outcome == .rejected && !entries.isEmpty { return }
    var missing = max(0, Int(hop.rest.count) - names.count)
    if names.isEmpty && missing > 0 { missing = 1 }
    for name in names.map(Optional.some) + Array(repeating: nil, count: missing) {
      var entry = RecipientTrace(outcome: hop.rest.outcome, host: lexicon.hosts[hop.host].array)
      entry.address = name.map { lexicon.addresses[$0].array }
      if let address = entry.address, entries.contains(where: { $0.address == address }) { continue }
      entry.reason =
        hop.reason?.array ?? (hop.rest.outcome == .held ? hop.reasonToHold : nil) ?? reason(rules, name)
      entries.append(entry)
    }
  }

  /// Why a rule acted on the message before it had a queue id.
  private func reason(_ rules: [LineFact], _ recipient: NameID?) -> Text? {
    rules.first { $0.recipient == nil || $0.recipient == recipient }?.text(.reason)
  }

  /// All entries, with one more for each address that others replaced.
  var finished: [RecipientTrace] {
    var entries = self.entries
    for (_, recipient, original) in continued where original != 0 {
      let name = lexicon.addresses[recipient].array
      for index in entries.indices where entries[index].originalAddress == nil {
        guard let address = entries[index].address, same(address, name) else { continue }
        entries[index].originalAddress = lexicon.addresses[original].array
      }
    }
    var all = entries.filter { entry in
      entry.outcome != .expanded
        || !entries.contains { $0.outcome != .expanded && $0.address != nil && $0.address == entry.address }
    }
    for entry in entries {
      guard let original = entry.originalAddress, let address = entry.address, !same(original, address),
        !all.contains(where: { $0.address.map { same($0, original) } ?? false })
      else { continue }
      var expanded = RecipientTrace(outcome: .expanded, host: entry.host)
      expanded.address = original
      all.append(expanded)
    }
    return all
  }

  private func same(_ a: Text, _ b: Text) -> Bool { a.withBytes { a in b.withBytes { a.equalsIgnoringCase($0) } } }
}

extension Hop {
  /// Why it was put on hold, where a rule did so and gave a reason.
  fileprivate var reasonToHold: Text? {
    facts.last { $0.kind == .held && !$0.text.isEmpty }.map { self[$0.text].array }
  }
}

extension RecipientTrace {
  /// A recipient, or a whole transaction, that was refused.
  init(refused line: LineFact, _ lexicon: Lexicon) {
    self.init(outcome: .rejected, host: lexicon.hosts[line.host].array)
    address = line.recipient.map { lexicon.addresses[$0].array }
    stage = line.stage == 0 ? nil : lexicon.words[line.stage].array
    code = line.code == 0 ? nil : Int(line.code)
    enhancedCode = line.enhancedCode == 0 ? nil : lexicon.words[line.enhancedCode].array
    reply = line.text(.reply)
    reason = line.text(.reason)
    // Of a warning that refuses a message: the queue id is told already.
    if let queueID = line.text(.queueID), let text = reason, text.starts(with: queueID + Array(": ".utf8)) {
      reason = Array(text.dropFirst(queueID.count + 2))
    }
    attempts = Int(line.count)
    (firstAttempt, lastAttempt) = (line.time, line.time)
  }
}
