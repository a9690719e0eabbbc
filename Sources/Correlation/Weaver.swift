import Bytes
import Facts

/// Holds hops in the making, groups those that name each other, and hands a group on when all its hops have ended.
///
/// Whether the hops of a group are one message the resolution decides.
package final class Weaver {
  let lexicon: Lexicon
  private let keeper: any Keeper
  private let resolution: Resolution
  private let seed = UInt64.random(in: .min ... .max)
  private var slots = HopSlots()
  private var byQueueID = IndexTable()
  private var awaited = IndexTable()
  private var byMessageID = IndexTable()
  /// Hops whose end was seen, in the order in which they ended.
  private var ended: [(time: Timestamp, slot: Int, generation: UInt32)] = []
  private var endedHead = 0
  /// What rules did with messages that had no queue id yet, by the process that wrote it.
  private var recentRules: [UInt64: [LineFact]] = [:]
  /// What mailboxes and quarantines did, by the hash of the Message-ID.
  private var mailboxes: [UInt64: [LineFact]] = [:]
  private var now = Timestamp(microseconds: .min)
  private var nextSweep = Timestamp(microseconds: .min)
  /// The slot of the hop that the last line was about: lines of one hop come in a row.
  private var latest: Int?
  /// The members of the group that is handed on, and the hops that they are.
  private var members: [Int] = []
  private var hops: [Hop] = []

  package init(lexicon: Lexicon, keeper: any Keeper) {
    self.lexicon = lexicon
    self.keeper = keeper
    resolution = Resolution(lexicon: lexicon)
  }

  /// The hop of that key in the making, new if there is none.
  func hop(host: NameID, queueID: Bytes, at time: Timestamp) -> Hop {
    if let latest, slots[latest].host == host, slots[latest].queueID == queueID { return touched(latest, time) }
    let hash = KeyedHash.hash(queueID, seed: seed)
    if let known = byQueueID.first(hash, where: { slots[$0].host == host && slots[$0].queueID == queueID }) {
      return touched(known, time)
    }
    let slot = slots.make(host: host, queueID: queueID)
    slots[slot].weave.hash = hash
    slots[slot].weave.lastLine = time
    awaited.forEach(hash) { unite(slot, $0) }
    byQueueID.insert(slot, hash: hash)
    latest = slot
    return slots[slot]
  }

  private func touched(_ slot: Int, _ time: Timestamp) -> Hop {
    let hop = slots[slot]
    hop.weave.lastLine = max(hop.weave.lastLine, time)
    latest = slot
    return hop
  }

  /// `hop` named `queueID` as the next one, or the one before, of the same mail.
  func connect(_ hop: Hop, to queueID: Bytes) {
    let hash = KeyedHash.hash(queueID, seed: seed)
    let slot = hop.weave.slot
    byQueueID.forEach(hash) { if slots[$0].queueID == queueID { unite(slot, $0) } }
    if awaited.first(hash, where: { $0 == slot }) == nil { awaited.insert(slot, hash: hash) }
  }

  /// `hop` has this Message-ID.
  func identify(_ hop: Hop, messageID: Bytes) {
    guard !messageID.isEmpty else { return }
    let hash = KeyedHash.hash(messageID, seed: seed)
    let slot = hop.weave.slot
    byMessageID.forEach(hash) {
      if slots[slots[$0].weave.leader].weave.members < Limits.hopsOfSameMessageID { unite(slot, $0) }
    }
    if byMessageID.first(hash, where: { $0 == slot }) == nil { byMessageID.insert(slot, hash: hash) }
  }

  /// Nothing more is to be expected of `hop`, but for lines that come late.
  func close(_ hop: Hop, at time: Timestamp) {
    guard !hop.weave.isClosed else { return }
    hop.weave.isClosed = true
    slots[hop.weave.leader].weave.open -= 1
    ended.append((time, hop.weave.slot, hop.weave.generation))
  }

  /// A line fact that the resolution needs.
  func remember(_ note: LineFact) {
    if note.event == .mailbox || note.event == .filter {
      mailboxes[KeyedHash.hash(note[.messageID], seed: seed), default: []].append(note)
    } else {
      recentRules[Weaver.process(note.host, note.pid), default: []].append(note)
    }
  }

  /// The line facts that are remembered.
  var notes: [LineFact] { recentRules.values.flatMap { $0 } + mailboxes.values.joined() }

  /// Hops in the making speak of names by their new numbers; line facts are the caller's business.
  func renew(_ renewal: LexiconRenewal) {
    for slot in slots.alive { slots[slot].renew(renewal) }
  }

  /// The log's clock stands at `time`: hands on what has ended long enough ago.
  @inline(__always)
  func advance(to time: Timestamp) {
    if time.microseconds > now.microseconds || time.microseconds < now.microseconds - 3_600_000_000 { move(to: time) }
  }

  private func move(to time: Timestamp) {
    let wentBack = time < now
    now = time
    let due = wentBack ? Timestamp(microseconds: .max) : time.advanced(bySeconds: -Limits.lingerSeconds)
    handOn(before: due)
    if wentBack || time >= nextSweep { sweep() }
  }

  private func handOn(before due: Timestamp) {
    while endedHead < ended.count && ended[endedHead].time <= due {
      let (_, slot, generation) = ended[endedHead]
      endedHead += 1
      guard slots.holds(slot, generation) else { continue }
      let leader = slots[slot].weave.leader
      if slots[leader].weave.open == 0 && isIdle(leader, since: due) { handOn(leader) }
    }
    if endedHead > 4096 && endedHead * 2 > ended.count {
      ended.removeFirst(endedHead)
      endedHead = 0
    }
  }

  /// A member that had a line after `due` stands in the queue of ended hops again, or will.
  private func isIdle(_ leader: Int, since due: Timestamp) -> Bool {
    var youngest = leader
    forEachMember(leader) { if slots[$0].weave.lastLine > slots[youngest].weave.lastLine { youngest = $0 } }
    let (time, generation) = (slots[youngest].weave.lastLine, slots[youngest].weave.generation)
    guard time > due else { return true }
    ended.append((time, youngest, generation))
    return false
  }

  /// Hands on everything, ended or not.
  package func finish() {
    var rest = slots.alive
    rest.sort {
      (slots[$0].weave.lastLine, slots[$0].weave.hash) < (slots[$1].weave.lastLine, slots[$1].weave.hash)
    }
    for slot in rest where slots.isAlive(slot) { handOn(slots[slot].weave.leader) }
    ended.removeAll()
    endedHead = 0
    recentRules.removeAll()
    mailboxes.removeAll()
    // No hop is left: their memory is for whatever comes now.
    slots.removeAll()
  }
}

// MARK: - Groups

extension Weaver {
  private func forEachMember(_ leader: Int, _ body: (Int) -> Void) {
    var slot = leader
    repeat {
      body(slot)
      slot = slots[slot].weave.next
    } while slot != leader
  }

  private func unite(_ a: Int, _ b: Int) {
    let (one, two) = (slots[a].weave.leader, slots[b].weave.leader)
    let members = slots[one].weave.members + slots[two].weave.members
    guard one != two, members <= Limits.hopsOfMessage else { return }
    let (large, small) = slots[one].weave.members >= slots[two].weave.members ? (one, two) : (two, one)
    forEachMember(small) { slots[$0].weave.leader = large }
    slots[large].weave.members = members
    slots[large].weave.open += slots[small].weave.open
    let next = slots[large].weave.next
    slots[large].weave.next = slots[small].weave.next
    slots[small].weave.next = next
  }

  private func handOn(_ leader: Int) {
    if let latest, slots[latest].weave.leader == leader { self.latest = nil }
    members.removeAll(keepingCapacity: true)
    forEachMember(leader) { members.append($0) }
    var notes: [LineFact] = []
    for slot in members {
      let hop = slots[slot]
      forget(hop)
      addNotes(on: hop, to: &notes)
      if hop.maySplit { hops.append(contentsOf: hop.split()) } else { hops.append(hop) }
    }
    resolution.resolve(hops, notes: notes) { keeper.keep(message: $0) }
    hops.removeAll(keepingCapacity: true)
    for slot in members { slots.release(slot) }
  }

  private static func process(_ host: NameID, _ pid: Int64) -> UInt64 { UInt64(host) << 32 ^ UInt64(bitPattern: pid) }

  private func addNotes(on hop: Hop, to notes: inout [LineFact]) {
    if !recentRules.isEmpty, let accepted = hop.facts.first(where: { $0.kind == .accepted }) {
      notes += recentRules[Weaver.process(hop.host, Int64(accepted.pid))] ?? []
    }
    guard !mailboxes.isEmpty else { return }
    for fact in hop.facts where fact.kind == .messageID {
      let id = hop[fact.text]
      notes += (mailboxes[KeyedHash.hash(id, seed: seed)] ?? []).filter { $0[.messageID] == id }
    }
  }

  private func forget(_ hop: Hop) {
    let slot = hop.weave.slot
    byQueueID.remove(slot, hash: hop.weave.hash)
    for delivery in hop.deliveries where !delivery.nextQueueID.isEmpty {
      awaited.remove(slot, hash: KeyedHash.hash(hop[delivery.nextQueueID], seed: seed))
    }
    for fact in hop.facts where !fact.text.isEmpty {
      switch fact.kind {
      case .messageID: byMessageID.remove(slot, hash: KeyedHash.hash(hop[fact.text], seed: seed))
      case .accepted, .filtered: awaited.remove(slot, hash: KeyedHash.hash(hop[fact.text], seed: seed))
      default: break
      }
    }
  }

  /// Gives up hops that never came into the queue, and, when there are too many, those that were silent for longest.
  private func sweep() {
    nextSweep = now.advanced(bySeconds: 600)
    let abandoned = now.advanced(bySeconds: -Limits.abandonedSeconds)
    let alive = slots.alive
    var silent = alive.filter { slot in
      let weave = slots[slot].weave
      return !weave.isQueued && !weave.isClosed && weave.lastLine < abandoned
    }
    if alive.count - silent.count > Limits.openHops {
      let times = alive.map { slots[$0].weave.lastLine }.sorted()
      let limit = times[times.count / 2]
      silent += alive.filter { slots[$0].weave.lastLine < limit }
    }
    for slot in silent where slots.isAlive(slot) { handOn(slots[slot].weave.leader) }
    // A hop that is on hold by a rule has no other line: its rule is kept as long as it may be.
    recentRules = recentRules.filter { $0.value.contains { $0.time >= abandoned } }
    let old = now.advanced(bySeconds: -3600)
    mailboxes = mailboxes.filter { $0.value.contains { $0.time >= old } }
  }
}
