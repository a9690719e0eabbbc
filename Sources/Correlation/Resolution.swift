// Correlation: facts become hops, hops become messages: the merge, pure, no input or output.

import Bytes
import Facts

/// Joins hops into messages and concludes what became of each recipient: a function of the hops' facts alone.
package struct Resolution {
  let lexicon: Lexicon
  let hops: [Hop]
  let notes: [LineFact]
  /// Hops by queue id, where there are so many that looking through all would be slow.
  private var byID: [[UInt8]: [Hop]] = [:]

  private init(_ hops: [Hop], notes: [LineFact], lexicon: Lexicon) {
    self.hops = hops
    self.notes = notes
    self.lexicon = lexicon
  }

  /// The messages that `hops` are, each a list of hops from the first to the last.
  ///
  /// `hops` must hold all that could belong to the same messages; others do no harm. Links and outcomes are set in the hops.
  /// - Parameter notes: What mailboxes and rules did with them (`LineFact.bearsOnOutcome`).
  package static func resolve(_ hops: [Hop], notes: [LineFact], lexicon: Lexicon) -> [[Hop]] {
    for hop in hops {
      hop.summarize(lexicon)
      hop.link = nil
      hop.continuations.removeAll()
    }
    if hops.count == 1 {
      Resolution(hops, notes: notes, lexicon: lexicon).conclude()
      return [hops]
    }
    let sorted = hops.sorted { precedes($0, $1, lexicon) }
    var resolution = Resolution(sorted, notes: notes, lexicon: lexicon)
    resolution.linkByQueueID()
    resolution.linkByMessageID()
    let messages = resolution.components()
    resolution.conclude()
    return messages
  }

  /// The order of hops: by their first moment, then by host and queue id.
  package static func precedes(_ a: Hop, _ b: Hop, _ lexicon: Lexicon) -> Bool {
    if a.summary.first != b.summary.first { return a.summary.first < b.summary.first }
    if a.host != b.host { return lexicon.hosts[a.host] < lexicon.hosts[b.host] }
    return a.queueID.lexicographicallyPrecedes(b.queueID)
  }
}

// MARK: - Joining by queue id

extension Resolution {
  private mutating func linkByQueueID() {
    if hops.count > 16 {
      for hop in hops { byID[hop.queueID, default: []].append(hop) }
    }
    for hop in hops {
      for index in hop.deliveries.indices
      where !hop.deliveries[index].nextQueueID.isEmpty && hop.deliveries[index].status == .sent {
        let delivery = hop.deliveries[index]
        guard let next = successor(of: hop, delivery, among: candidates(delivery.nextQueueID)) else { continue }
        hop.continuations.append((index, next.hop))
        join(next.hop, Link(from: hop, rule: delivery.fate == .forwarded ? .forwarded : .reply, grade: next.grade))
      }
      for index in hop.facts.indices where hop.facts[index].kind == .filtered {
        let fact = hop.facts[index]
        if let next = nearest(candidates(fact.text), to: fact.time, on: hop.host), next !== hop {
          join(next, Link(from: hop, rule: .filter, grade: .certain))
        }
      }
      if let previous = hop.summary.previousQueueID,
        let from = nearest(candidates(previous), to: hop.summary.first, on: hop.host), from !== hop
      {
        join(hop, Link(from: from, rule: hop.summary.origin == .local ? .requeued : .filter, grade: .certain))
      }
    }
  }

  private func candidates(_ queueID: [UInt8]) -> [Hop] {
    guard byID.isEmpty else { return byID[queueID] ?? [] }
    guard let only = hops.firstIndex(where: { $0.queueID == queueID }) else { return [] }
    let isAlone = !hops[(only + 1)...].contains { $0.queueID == queueID }
    return isAlone ? [hops[only]] : hops.filter { $0.queueID == queueID }
  }

  /// The hop that `delivery` of `hop` went to, if one of the candidates proves to be it.
  private func successor(of hop: Hop, _ delivery: Delivery, among candidates: [Hop]) -> (hop: Hop, grade: Link.Grade)? {
    var best: (hop: Hop, grade: Link.Grade, distance: Int64)?
    for candidate in candidates where candidate !== hop {
      let moment = candidate.summary.accepted ?? candidate.summary.first
      let distance = (moment.microseconds - delivery.time.microseconds).magnitude
      guard distance <= UInt64(Limits.handOverSeconds) * 1_000_000, let grade = grade(hop, delivery, candidate)
      else { continue }
      if let known = best, (known.grade.rawValue, known.distance) <= (grade.rawValue, Int64(distance)) { continue }
      best = (candidate, grade, Int64(distance))
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
    if let id = hop.summary.messageID, let nextID = next.summary.messageID, !id.isEmpty, !nextID.isEmpty {
      // A relay may write a new Message-ID, but then both hosts must name each other.
      return id == nextID || isNamed && isClient ? .certain : nil
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

  private func nearest(_ candidates: [Hop], to time: Timestamp, on host: NameID) -> Hop? {
    candidates.filter { $0.host == host }.min {
      ($0.summary.first.microseconds - time.microseconds).magnitude
        < ($1.summary.first.microseconds - time.microseconds).magnitude
    }
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
  private mutating func linkByMessageID() {
    for next in hops where next.link == nil && next.summary.accepted != nil {
      guard let id = next.summary.messageID, !id.isEmpty else { continue }
      var best: (from: Hop, index: Int, time: Timestamp)?
      for hop in hops where hop !== next && hop.summary.messageID == id {
        for (index, delivery) in hop.deliveries.enumerated() where leads(hop, index, delivery, to: next) {
          if let known = best, known.time >= delivery.time { continue }
          best = (hop, index, delivery.time)
        }
      }
      guard let best else { continue }
      next.link = Link(from: best.from, rule: .messageID, grade: .probable)
      for (index, delivery) in best.from.deliveries.enumerated() where leads(best.from, index, delivery, to: next) {
        best.from.continuations.append((index, next))
      }
    }
  }

  private func leads(_ hop: Hop, _ index: Int, _ delivery: Delivery, to next: Hop) -> Bool {
    guard delivery.status == .sent, delivery.fate == .none,
      !hop.continuations.contains(where: { $0.delivery == index }),
      let accepted = next.summary.accepted
    else { return false }
    let jitter = Limits.jitterSeconds
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

// MARK: - Messages

extension Resolution {
  /// The hops that links connect, each message from its first hop on.
  private func components() -> [[Hop]] {
    for (index, hop) in hops.enumerated() { hop.weave.place = index }
    var parents = Array(hops.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index {
        parents[index] = parents[parents[index]]
        index = parents[index]
      }
      return index
    }
    for (index, hop) in hops.enumerated() {
      guard let link = hop.link, link.grade != .guess else { continue }
      let (a, b) = (root(index), root(link.from.weave.place))
      if a == b && precedesItself(hop) { hop.link = nil }
      parents[max(a, b)] = min(a, b)
    }
    var members: [[Hop]] = Array(repeating: [], count: hops.count)
    for (index, hop) in hops.enumerated() { members[root(index)].append(hop) }
    return members.filter { !$0.isEmpty }.map { rootFirst($0) }
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

  private func rootFirst(_ members: [Hop]) -> [Hop] {
    guard let root = members.firstIndex(where: { $0.link == nil }), root > 0 else { return members }
    var ordered = members
    ordered.insert(ordered.remove(at: root), at: 0)
    return ordered
  }
}
