import Bytes
import Facts

/// What the weaver remembers of a hop in the making.
struct WeaveState {
  /// The hash of its queue id.
  var hash: UInt64 = 0
  var lastLine = Timestamp(microseconds: 0)
  var isQueued = false
  var isClosed = false
  var group: HopGroup?
  /// Its place during a resolution.
  var place = 0
}

/// Hops that may be one message; whether they are, the resolution decides.
final class HopGroup {
  var members: [Hop]
  var open: Int

  init(_ hop: Hop) {
    members = [hop]
    open = 1
  }
}

/// Holds hops in the making, groups those that name each other, and hands a group on when all its hops have ended.
package final class Weaver {
  let lexicon: Lexicon
  private let keeper: any Keeper
  private let seed = UInt64.random(in: .min ... .max)
  private var byQueueID = HopTable()
  private var awaited = HopTable()
  private var byMessageID = HopTable()
  /// Hops whose end was seen, in the order in which they ended.
  private var ended: [(time: Timestamp, hop: Hop?)] = []
  private var endedHead = 0
  private var recentRules: [LineFact] = []
  /// What mailboxes did, by the hash of the Message-ID.
  private var mailboxes: [UInt64: [LineFact]] = [:]
  private var now = Timestamp(microseconds: .min)
  private var nextSweep = Timestamp(microseconds: .min)
  /// The hop that the last line was about: lines of one hop come in a row.
  private var latest: Hop?

  package init(lexicon: Lexicon, keeper: any Keeper) {
    self.lexicon = lexicon
    self.keeper = keeper
  }

  /// The hop of that key in the making, new if there is none.
  func hop(host: NameID, queueID: Bytes, at time: Timestamp) -> Hop {
    if let latest, latest.host == host, latest.queueID.equals(queueID) {
      latest.weave.lastLine = max(latest.weave.lastLine, time)
      return latest
    }
    let hash = KeyedHash.hash(queueID, seed: seed)
    if let known = byQueueID.first(hash, where: { $0.host == host && $0.queueID.equals(queueID) }) {
      known.weave.lastLine = max(known.weave.lastLine, time)
      latest = known
      return known
    }
    let hop = Hop(host: host, queueID: queueID.array)
    hop.weave.hash = hash
    hop.weave.lastLine = time
    hop.weave.group = HopGroup(hop)
    awaited.all(hash) { unite(hop, $0) }
    byQueueID.insert(hop, hash: hash)
    latest = hop
    return hop
  }

  /// `hop` named `queueID` as the next one, or the one before, of the same mail.
  func connect(_ hop: Hop, to queueID: Bytes) {
    let hash = KeyedHash.hash(queueID, seed: seed)
    byQueueID.all(hash) { if $0.queueID.equals(queueID) { unite(hop, $0) } }
    if awaited.first(hash, where: { $0 === hop }) == nil { awaited.insert(hop, hash: hash) }
  }

  /// `hop` has this Message-ID.
  func identify(_ hop: Hop, messageID: Bytes) {
    guard !messageID.isEmpty else { return }
    let hash = KeyedHash.hash(messageID, seed: seed)
    byMessageID.all(hash) {
      if ($0.weave.group?.members.count ?? 0) < Limits.hopsOfSameMessageID { unite(hop, $0) }
    }
    if byMessageID.first(hash, where: { $0 === hop }) == nil { byMessageID.insert(hop, hash: hash) }
  }

  /// Nothing more is to be expected of `hop`, but for lines that come late.
  func close(_ hop: Hop, at time: Timestamp) {
    guard !hop.weave.isClosed else { return }
    hop.weave.isClosed = true
    hop.weave.group?.open -= 1
    ended.append((time, hop))
  }

  /// A line fact that the resolution needs.
  func remember(_ note: LineFact) {
    if note.event == .mailbox {
      let hash = note.messageID.withBytes { KeyedHash.hash($0, seed: seed) }
      mailboxes[hash, default: []].append(note)
    } else {
      recentRules.append(note)
    }
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
      let hop = ended[endedHead].hop!
      ended[endedHead].hop = nil
      endedHead += 1
      if let group = hop.weave.group, group.open == 0, isIdle(group, since: due) { handOn(group) }
    }
    if endedHead > 65536 && endedHead * 2 > ended.count {
      ended.removeFirst(endedHead)
      endedHead = 0
    }
  }

  /// A member that had a line after `due` stands in the queue of ended hops again, or will.
  private func isIdle(_ group: HopGroup, since due: Timestamp) -> Bool {
    guard let youngest = group.members.max(by: { $0.weave.lastLine < $1.weave.lastLine }),
      youngest.weave.lastLine > due
    else { return true }
    ended.append((youngest.weave.lastLine, youngest))
    return false
  }

  /// Hands on everything, ended or not.
  package func finish() {
    var rest: [Hop] = []
    byQueueID.forEach { rest.append($0) }
    rest.sort { ($0.weave.lastLine, $0.weave.hash) < ($1.weave.lastLine, $1.weave.hash) }
    for hop in rest { if let group = hop.weave.group { handOn(group) } }
    ended.removeAll()
    endedHead = 0
    recentRules.removeAll()
    mailboxes.removeAll()
  }
}

// MARK: - Groups

extension Weaver {
  private func unite(_ a: Hop, _ b: Hop) {
    guard let one = a.weave.group, let two = b.weave.group, one !== two,
      one.members.count + two.members.count <= Limits.hopsOfMessage
    else { return }
    let (large, small) = one.members.count >= two.members.count ? (one, two) : (two, one)
    large.members.append(contentsOf: small.members)
    large.open += small.open
    for hop in small.members { hop.weave.group = large }
  }

  private func handOn(_ group: HopGroup) {
    if latest.map({ $0.weave.group === group }) ?? false { latest = nil }
    var notes: [LineFact] = []
    for hop in group.members {
      forget(hop)
      notes.append(contentsOf: bearing(on: hop))
    }
    var hops: [Hop] = []
    for hop in group.members { hops.append(contentsOf: hop.split()) }
    for message in Resolution.resolve(hops, notes: notes, lexicon: lexicon) { keeper.keep(message: message) }
  }

  private func bearing(on hop: Hop) -> [LineFact] {
    var notes: [LineFact] = []
    if !hop.weave.isQueued && !recentRules.isEmpty {
      let pid = hop.facts.first { $0.kind == .accepted }?.pid ?? 0
      notes = recentRules.filter { $0.host == hop.host && $0.pid == Int64(pid) }
    }
    if !mailboxes.isEmpty {
      for fact in hop.facts where fact.kind == .messageID {
        let hash = fact.text.withBytes { KeyedHash.hash($0, seed: seed) }
        for note in mailboxes[hash] ?? [] where note.messageID == fact.text { notes.append(note) }
      }
    }
    return notes
  }

  private func forget(_ hop: Hop) {
    hop.weave.group = nil
    byQueueID.remove(hop, hash: hop.weave.hash)
    for index in hop.deliveries.indices where !hop.deliveries[index].nextQueueID.isEmpty {
      awaited.remove(hop, hash: hop.deliveries[index].nextQueueID.withBytes { KeyedHash.hash($0, seed: seed) })
    }
    for index in hop.facts.indices where !hop.facts[index].text.isEmpty {
      let hash = hop.facts[index].text.withBytes { KeyedHash.hash($0, seed: seed) }
      let kind = hop.facts[index].kind
      if kind == .messageID { byMessageID.remove(hop, hash: hash) }
      if kind == .accepted || kind == .filtered { awaited.remove(hop, hash: hash) }
    }
  }

  /// Gives up hops that never came into the queue, and, when there are too many, those that were silent for longest.
  private func sweep() {
    nextSweep = now.advanced(bySeconds: 600)
    let abandoned = now.advanced(bySeconds: -Limits.abandonedSeconds)
    var silent: [Hop] = []
    byQueueID.forEach { hop in
      if !hop.weave.isQueued && !hop.weave.isClosed && hop.weave.lastLine < abandoned { silent.append(hop) }
    }
    if byQueueID.count - silent.count > Limits.openHops {
      var times: [Int64] = []
      byQueueID.forEach { times.append($0.weave.lastLine.microseconds) }
      times.sort()
      let limit = times[times.count / 2]
      byQueueID.forEach { if $0.weave.lastLine.microseconds < limit { silent.append($0) } }
    }
    for hop in silent { if let group = hop.weave.group { handOn(group) } }
    // A hop that is on hold by a rule has no other line: its rule is kept as long as it may be.
    recentRules.removeAll { $0.time < abandoned }
    let old = now.advanced(bySeconds: -3600)
    mailboxes = mailboxes.filter { $0.value.contains { $0.time >= old } }
  }
}

extension Array where Element == UInt8 {
  @inline(__always)
  func equals(_ bytes: Bytes) -> Bool {
    count == bytes.count && withUnsafeBytes { Bytes($0) == bytes }
  }
}
