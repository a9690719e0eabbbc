package import Bytes
import Facts

extension Timestamp {
  /// The finer of two stamps of the same second: one with a fraction before one without, then the earlier.
  func merged(with other: Timestamp) -> Timestamp {
    if fraction == 0 { return other }
    if other.fraction == 0 { return self }
    return min(self, other)
  }
}

// Facts of a hop are a set: merging is union, so order, repetition and splitting cannot matter.
extension Hop {
  package func add(_ fact: HopFact, text: Bytes = .empty) {
    for i in facts.indices.reversed() where facts[i].says(fact) && self[facts[i].text] == text {
      facts[i].time = facts[i].time.merged(with: fact.time)
      facts[i].pid = max(facts[i].pid, fact.pid)
      return
    }
    append(fact, text: text)
  }

  /// Adds a fact that is known to be none of those that the hop has.
  package func append(_ fact: HopFact, text: Bytes) {
    facts.append(fact)
    facts[facts.count - 1].text = keep(text)
  }

  /// Adds an attempt; one that is known already keeps the greater count of the two.
  package func add(_ delivery: Delivery, reply: Bytes, nextQueueID: Bytes) {
    guard let i = index(of: delivery, reply, nextQueueID) else {
      append(delivery, reply: reply, nextQueueID: nextQueueID)
      return
    }
    deliveries[i].time = deliveries[i].time.merged(with: delivery.time)
    deliveries[i].count = max(deliveries[i].count, delivery.count)
  }

  /// Adds an attempt as read from a source: the same line again in that source counts once more.
  func observe(_ delivery: Delivery, reply: Bytes, nextQueueID: Bytes, source: Int32) {
    if let i = index(of: delivery, reply, nextQueueID) {
      let again = deliveries[i].seenIn == source
      deliveries[i].time = deliveries[i].time.merged(with: delivery.time)
      deliveries[i].seenCount = delivery.count + (again ? deliveries[i].seenCount : 0)
      deliveries[i].seenIn = source
      deliveries[i].count = max(deliveries[i].count, deliveries[i].seenCount)
      return
    }
    append(delivery, reply: reply, nextQueueID: nextQueueID)
    deliveries[deliveries.count - 1].seenIn = source
    deliveries[deliveries.count - 1].seenCount = delivery.count
  }

  private func index(of delivery: Delivery, _ reply: Bytes, _ nextQueueID: Bytes) -> Int? {
    guard deliveries.count < Limits.attemptsLookedThrough else {
      return places.first(delivery, among: deliveries) {
        $0.says(delivery) && self[$0.reply] == reply && self[$0.nextQueueID] == nextQueueID
      }
    }
    return deliveries.lastIndex {
      $0.says(delivery) && self[$0.reply] == reply && self[$0.nextQueueID] == nextQueueID
    }
  }

  /// Adds an attempt that is known to be none of those that the hop has.
  package func append(_ delivery: Delivery, reply: Bytes, nextQueueID: Bytes) {
    deliveries.append(delivery)
    deliveries[deliveries.count - 1].reply = keep(reply)
    deliveries[deliveries.count - 1].nextQueueID = keep(nextQueueID)
  }

  /// Takes over all that `other`, of the same key, knows.
  package func merge(_ other: Hop) {
    for fact in other.facts { add(fact, text: other[fact.text]) }
    for delivery in other.deliveries {
      add(delivery, reply: other[delivery.reply], nextQueueID: other[delivery.nextQueueID])
    }
    add(evidence: other.evidence)
  }

  package func add(evidence more: [Evidence]) {
    guard !more.isEmpty else { return }
    if evidence.isEmpty {
      evidence = more
      return
    }
    let known = Set(evidence)
    evidence.append(contentsOf: more.filter { !known.contains($0) })
  }
}

// MARK: - One key, several hops

extension Hop {
  /// A short Postfix queue id (microseconds and inode in hexadecimal) comes round again; all other kinds do not.
  package var hasReusableID: Bool {
    let id = queueID
    guard id.count <= 12 else { return false }
    for i in 0..<id.count where !id[i].isDigit && !(0x41...0x46).contains(id[i]) { return false }
    return true
  }

  /// The hops that the facts of this key speak of, earliest first: usually one, more where a short queue id was used again.
  package func split() -> [Hop] {
    guard maySplit else { return [self] }
    var moments: [Moment] = []
    for (i, fact) in facts.enumerated() {
      moments.append(Moment(time: fact.time, rank: fact.kind.rank, index: i, isFact: true))
    }
    for (i, delivery) in deliveries.enumerated() {
      moments.append(Moment(time: delivery.time, rank: 5, index: i, isFact: false))
    }
    moments.sort { ($0.time.seconds, $0.rank, $0.time, $0.index) < ($1.time.seconds, $1.rank, $1.time, $1.index) }
    var parts: [Hop] = []
    var custody = Custody()
    for moment in moments {
      let kind = moment.isFact ? facts[moment.index].kind : nil
      if parts.isEmpty || custody.ends(before: moment.time, kind) {
        parts.append(Hop(host: host, queueID: queueID))
        custody = Custody()
      }
      custody.extend(to: moment.time, kind)
      if moment.isFact {
        let fact = facts[moment.index]
        parts[parts.count - 1].append(fact, text: self[fact.text])
      } else {
        let delivery = deliveries[moment.index]
        parts[parts.count - 1].append(
          delivery, reply: self[delivery.reply], nextQueueID: self[delivery.nextQueueID])
      }
    }
    guard parts.count > 1 else { return [self] }
    for part in parts { part.evidence = evidence }
    return parts
  }

  /// Whether `split` is worth the asking.
  var maySplit: Bool { hasReusableID && mayHoldSeveral }

  private var mayHoldSeveral: Bool {
    var starts = 0
    var ends = 0
    var latest = Timestamp(microseconds: .min)
    var earliestEnd = Timestamp(microseconds: .max)
    for index in facts.indices {
      let (kind, time) = (facts[index].kind, facts[index].time)
      if kind == .accepted || kind == .messageID { starts += 1 }
      if kind == .removed {
        ends += 1
        earliestEnd = min(earliestEnd, time)
      }
      latest = max(latest, time)
    }
    for index in deliveries.indices { latest = max(latest, deliveries[index].time) }
    return starts > 2 || ends > 1 || (starts > 1 && spreads)
      || (ends == 1 && latest > earliestEnd.advanced(bySeconds: Limits.jitterSeconds))
  }

  private var spreads: Bool {
    guard var low = facts.first?.time else { return false }
    var high = low
    for index in facts.indices {
      low = min(low, facts[index].time)
      high = max(high, facts[index].time)
    }
    return high > low.advanced(bySeconds: Limits.jitterSeconds)
  }

  private struct Moment {
    var time: Timestamp
    var rank: Int
    var index: Int
    var isFact: Bool
  }

  /// The time during which one hop holds a key.
  private struct Custody {
    var first: Timestamp?
    var messageID: Timestamp?
    var removed: Timestamp?

    mutating func extend(to time: Timestamp, _ kind: HopFact.Kind?) {
      if first == nil { first = time }
      if kind == .messageID && messageID == nil { messageID = time }
      if kind == .removed { removed = time }
    }

    func ends(before time: Timestamp, _ kind: HopFact.Kind?) -> Bool {
      guard let first else { return false }
      if let removed, time > removed.advanced(bySeconds: Limits.jitterSeconds) { return true }
      if kind == .accepted { return time > first.advanced(bySeconds: Limits.jitterSeconds) }
      if kind == .messageID, let messageID { return time > messageID.advanced(bySeconds: Limits.jitterSeconds) }
      return false
    }
  }
}

extension HopFact.Kind {
  /// The order of lines within one second.
  fileprivate var rank: Int {
    switch self {
    case .accepted: 0
    case .messageID: 1
    case .queued: 3
    case .removed: 9
    default: 4
    }
  }
}
