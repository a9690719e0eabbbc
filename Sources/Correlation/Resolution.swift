// Correlation: facts become hops, hops become messages: the merge, pure, no input or output.

import Bytes
import Facts

/// Joins hops into messages and concludes what became of each recipient: a function of the hops' facts alone.
///
/// One object resolves one group of hops after the other, so that its tables are made once.
package final class Resolution {
  let lexicon: Lexicon
  /// The hops at hand, in their order.
  private(set) var hops: [Hop] = []
  /// What mailboxes and rules did with them (`LineFact.bearsOnOutcome`).
  private(set) var notes: [LineFact] = []
  /// Hops by queue id, where there are so many that looking through all would be slow.
  private var byID: [[UInt8]: [Hop]] = [:]
  /// For each hop one that it is known to be of the same message with, or itself.
  private var roots: [Int] = []

  package init(lexicon: Lexicon) { self.lexicon = lexicon }

  /// Gives `body` the messages that `hops` are, each a list of hops from the first to the last.
  ///
  /// `hops` must hold all that could belong to the same messages; others do no harm. Links and outcomes are set in the hops.
  package func resolve(_ hops: [Hop], notes: [LineFact], _ body: ([Hop]) -> Void) {
    self.hops = hops
    self.notes = notes
    for hop in hops {
      hop.summarize(lexicon)
      hop.link = nil
    }
    if hops.count > 1 {
      sort()
      linkByQueueID()
      linkByMessageID()
    }
    conclude()
    forEachMessage(body)
    self.hops.removeAll(keepingCapacity: true)
    self.notes.removeAll()
  }

  private func sort() {
    hops.sort { Resolution.precedes($0, $1, lexicon) }
    for index in hops.indices { hops[index].place = index }
  }

  /// The order of hops: by their first moment, then by host and queue id.
  package static func precedes(_ a: Hop, _ b: Hop, _ lexicon: Lexicon) -> Bool {
    if a.summary.first != b.summary.first { return a.summary.first < b.summary.first }
    if a.host != b.host { return lexicon.hosts[a.host] < lexicon.hosts[b.host] }
    return a.queueID < b.queueID
  }
}

// MARK: - Joining by queue id

extension Resolution {
  private func linkByQueueID() {
    byID.removeAll()
    if hops.count > 16 {
      for hop in hops { byID[hop.queueID.array, default: []].append(hop) }
    }
    for hop in hops {
      for index in hop.deliveries.indices
      where !hop.deliveries[index].nextQueueID.isEmpty && hop.deliveries[index].status == .sent {
        let delivery = hop.deliveries[index]
        guard let next = successor(of: hop, delivery) else { continue }
        hop.deliveries[index].continuation = Int32(next.hop.place)
        join(next.hop, Link(from: hop, rule: delivery.fate == .forwarded ? .forwarded : .reply, grade: next.grade))
      }
      for index in hop.facts.indices where hop.facts[index].kind == .filtered {
        let fact = hop.facts[index]
        if let next = nearest(hop[fact.text], to: fact.time, on: hop.host), next !== hop {
          join(next, Link(from: hop, rule: .filter, grade: .certain))
        }
      }
      if let previous = hop.previousQueueID,
        let from = nearest(previous, to: hop.summary.first, on: hop.host), from !== hop
      {
        join(hop, Link(from: from, rule: hop.summary.origin == .local ? .requeued : .filter, grade: .certain))
      }
    }
  }

  private func forEachCandidate(_ queueID: Bytes, _ body: (Hop) -> Void) {
    if hops.count > 16 {
      for hop in byID[queueID.array] ?? [] { body(hop) }
    } else {
      for hop in hops where hop.queueID == queueID { body(hop) }
    }
  }

  /// The hop that `delivery` of `hop` went to, if one of the candidates proves to be it.
  private func successor(of hop: Hop, _ delivery: Delivery) -> (hop: Hop, grade: Link.Grade)? {
    var best: (hop: Hop, grade: Link.Grade, distance: UInt64)?
    forEachCandidate(hop[delivery.nextQueueID]) { candidate in
      guard candidate !== hop else { return }
      let moment = candidate.summary.accepted ?? candidate.summary.first
      let distance = (moment.microseconds - delivery.time.microseconds).magnitude
      guard distance <= UInt64(Limits.handOverSeconds) * 1_000_000, let grade = grade(hop, delivery, candidate)
      else { return }
      if let known = best, (known.grade.rawValue, known.distance) <= (grade.rawValue, distance) { return }
      best = (candidate, grade, distance)
    }
    return best.map { ($0.hop, $0.grade) }
  }

  /// How sure it is that `next`, which has the queue id that the reply named, is where the delivery went.
  private func grade(_ hop: Hop, _ delivery: Delivery, _ next: Hop) -> Link.Grade? {
    if delivery.fate == .forwarded { return next.host == hop.host ? .certain : nil }
    guard delivery.relay != 0 else { return next.host == hop.host ? .certain : nil }
    let relay = Peer(lexicon.relays[delivery.relay])
    if relay.isLoopback { return next.host == hop.host ? .certain : nil }
    let isNamed = relay.name.map { HostName.same($0, lexicon.hosts[next.host]) } ?? false
    let isClient = comes(next, from: hop)
    if let id = hop.messageID, let nextID = next.messageID, !id.isEmpty, !nextID.isEmpty {
      // A relay may write a new Message-ID, but then both hosts must name each other.
      return id == nextID || isNamed && isClient || hop.sharesMessageID(with: next) ? .certain : nil
    }
    if isNamed && isClient { return .certain }
    return isNamed || isClient && !next.hasReusableID ? .probable : nil
  }

  /// Whether the client that `next` names is the host of `hop`.
  private func comes(_ next: Hop, from hop: Hop) -> Bool {
    guard next.summary.client != 0 else { return false }
    let client = Peer(lexicon.clients[next.summary.client])
    if client.isLoopback { return next.host == hop.host }
    return client.name.map { HostName.same($0, lexicon.hosts[hop.host]) } ?? false
  }

  /// Of the hops of `host` with this queue id the one that began nearest to `time`.
  private func nearest(_ queueID: Bytes, to time: Timestamp, on host: NameID) -> Hop? {
    var best: (hop: Hop, distance: UInt64)?
    forEachCandidate(queueID) { candidate in
      let distance = (candidate.summary.first.microseconds - time.microseconds).magnitude
      guard candidate.host == host, best.map({ distance < $0.distance }) ?? true else { return }
      best = (candidate, distance)
    }
    return best?.hop
  }

  /// Keeps the stronger link; of equal ones that from the earlier hop.
  private func join(_ hop: Hop, _ link: Link) {
    if let known = hop.link {
      if known.grade.rawValue < link.grade.rawValue { return }
      if known.grade == link.grade && !Resolution.precedes(link.from, known.from, lexicon) { return }
    }
    hop.link = link
  }
}

// MARK: - Joining by Message-ID

extension Resolution {
  /// The same Message-ID, plausible times, connected hosts: for relays and filters whose replies name no queue id.
  private func linkByMessageID() {
    for next in hops where next.link == nil && next.summary.accepted != nil {
      guard let id = next.messageID, !id.isEmpty else { continue }
      var best: (from: Hop, time: Timestamp)?
      for hop in hops where hop !== next && hop.messageID == id {
        for delivery in hop.deliveries where leads(hop, delivery, to: next) {
          if let known = best, known.time >= delivery.time { continue }
          best = (hop, delivery.time)
        }
      }
      guard let from = best?.from else { continue }
      next.link = Link(from: from, rule: .messageID, grade: .probable)
      for index in from.deliveries.indices where leads(from, from.deliveries[index], to: next) {
        from.deliveries[index].continuation = Int32(next.place)
      }
    }
  }

  private func leads(_ hop: Hop, _ delivery: Delivery, to next: Hop) -> Bool {
    guard delivery.status == .sent, delivery.continuation < 0, let accepted = next.summary.accepted else {
      return false
    }
    let jitter = Limits.jitterSeconds
    guard delivery.fate == .none else {
      return accepted > delivery.time.advanced(bySeconds: -jitter) && isReleased(delivery, of: hop, as: next)
    }
    guard accepted < delivery.time.advanced(bySeconds: jitter),
      accepted > hop.summary.first.advanced(bySeconds: -jitter)
    else { return false }
    let transport = lexicon.words[delivery.transport]
    if next.summary.origin == .local {
      return hop.host == next.host
        && !(transport == "smtp" || transport == "lmtp" || transport == "local" || transport == "virtual")
        && hop.summary.sender == next.summary.sender
    }
    guard delivery.relay != 0, delivery.nextQueueID.isEmpty, hop.summary.sender == next.summary.sender else {
      return false
    }
    let relay = Peer(lexicon.relays[delivery.relay])
    guard comes(next, from: hop) else { return false }
    if relay.isLoopback { return hop.host == next.host && transport != "lmtp" }
    return relay.name.map { HostName.same($0, lexicon.hosts[next.host]) } ?? false
  }
}

extension Resolution {
  /// Whether `next` is the copy that was let out of the quarantine of a filter on the same host.
  private func isReleased(_ delivery: Delivery, of hop: Hop, as next: Hop) -> Bool {
    delivery.fate == .discarded && hop.summary.quarantined != nil && hop.host == next.host && next.summary.client != 0
      && Peer(lexicon.clients[next.summary.client]).isLoopback && next.previousQueueID == nil
      && next.names(delivery.recipient, lexicon)
  }
}

// MARK: - Messages

extension Resolution {
  /// The hops that links connect, each message from its first hop on.
  private func forEachMessage(_ body: ([Hop]) -> Void) {
    roots.removeAll(keepingCapacity: true)
    roots.append(contentsOf: hops.indices)
    var count = hops.count
    for index in hops.indices {
      guard let link = hops[index].link, link.grade != .guess else { continue }
      let (a, b) = (root(index), root(link.from.place))
      if a != b {
        roots[max(a, b)] = min(a, b)
        count -= 1
      } else if precedesItself(hops[index]) {
        hops[index].link = nil
      }
    }
    if count == 1 {
      Resolution.putRootFirst(&hops)
      return body(hops)
    }
    var members: [[Hop]] = Array(repeating: [], count: hops.count)
    for index in hops.indices { members[root(index)].append(hops[index]) }
    for var message in members where !message.isEmpty {
      Resolution.putRootFirst(&message)
      body(message)
    }
  }

  private func root(_ index: Int) -> Int {
    var index = index
    while roots[index] != index {
      roots[index] = roots[roots[index]]
      index = roots[index]
    }
    return index
  }

  /// Hostile or broken logs can name queue ids in a circle.
  private func precedesItself(_ hop: Hop) -> Bool {
    var from = hop.link?.from
    var steps = 0
    while let current = from {
      if current === hop { return true }
      steps += 1
      if steps > hops.count { return true }
      from = current.link?.from
    }
    return false
  }

  private static func putRootFirst(_ members: inout [Hop]) {
    guard let root = members.firstIndex(where: { $0.link == nil }), root > 0 else { return }
    members.insert(members.remove(at: root), at: 0)
  }
}
