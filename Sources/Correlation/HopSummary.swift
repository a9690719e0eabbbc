package import Bytes
import Facts

/// What all facts of a hop say together: one value for each question, whatever the order in which the facts came.
///
/// Of two different values the one with the earlier stamp stays, then the one with the lesser bytes.
package struct HopSummary {
  /// How the host came by the message.
  package enum Origin: UInt8, Sendable {
    /// Unknown: its beginning is not in the logs.
    case unknown = 0
    /// From a client, by SMTP.
    case client = 1
    /// From a local user or program.
    case local = 2
    /// Made by the MTA itself: a notification, or a forwarded copy.
    case `internal` = 3

    package var name: StaticString {
      switch self {
      case .unknown: "unknown"
      case .client: "client"
      case .local: "local"
      case .internal: "internal"
      }
    }
  }

  package var origin = Origin.unknown
  /// The first and the last moment that a line speaks of.
  package var first = Timestamp(microseconds: 0)
  package var last = Timestamp(microseconds: 0)
  package var accepted: Timestamp?
  package var removed: Timestamp?
  package var expired: Timestamp?
  package var discarded: Timestamp?
  package var quarantined: Timestamp?
  package var rejected: Timestamp?
  package var client: NameID = 0
  /// The word of the user who authenticated.
  package var user: NameID = 0
  package var pid: UInt32 = 0
  package var sender: NameID?
  /// Bytes; -1 if unknown.
  package var size: Int64 = -1
  /// Recipients in the queue; -1 if unknown.
  package var recipients: Int64 = -1
  // Places of texts, for the hop to find them.
  var messageID: TextPlace?
  var subject: TextPlace?
  var previousQueueID: TextPlace?
  var reason: TextPlace?
  var quarantine: TextPlace?
  /// On hold at last.
  package var isHeld = false
  /// Its recipients were replaced by others.
  package var isRedirected = false
  /// Recipients named by lines that refuse, hold or throw away the message.
  package var named: [NameID] = []

  package init() {}

  /// Whether the message is known to be out of this host's queue.
  package var isClosed: Bool { removed != nil || rejected != nil || discarded != nil }
}

extension Hop {
  /// Puts the facts into their order. Most often they came in it, or nearly so: then each is moved a few places at most.
  private func sortFacts(_ lexicon: Lexicon) {
    var moves = 0
    for index in facts.indices.dropFirst() where !follows(index, lexicon) {
      var place = index
      while place > 0 && !follows(place, lexicon) {
        facts.swapAt(place, place - 1)
        place -= 1
        moves += 1
      }
      if moves > Limits.movesOfFacts { return facts.sort { precedes($0, $1, lexicon) } }
    }
  }

  /// Whether the fact at `index` stands where it should, behind the one before it.
  private func follows(_ index: Int, _ lexicon: Lexicon) -> Bool {
    let (before, after) = (facts[index - 1].time, facts[index].time)
    if before != after { return before < after }
    let (kind, next) = (facts[index - 1].kind.rawValue, facts[index].kind.rawValue)
    return kind != next ? kind < next : !precedes(facts[index], facts[index - 1], lexicon)
  }

  /// Derives the summary from the facts.
  package func summarize(_ lexicon: Lexicon) {
    var s = HopSummary()
    var low = Timestamp(microseconds: .max)
    var high = Timestamp(microseconds: .min)
    var lastHold: HopFact.Kind?
    sortFacts(lexicon)
    for index in facts.indices {
      low = min(low, facts[index].time)
      high = max(high, facts[index].time)
      switch facts[index].kind {
      case .accepted where s.accepted == nil:
        s.accepted = facts[index].time
        s.origin = facts[index].number >= 0 ? .local : .client
        s.pid = facts[index].pid
        s.user = facts[index].other
        if facts[index].number >= 0 { s.sender = s.sender ?? facts[index].name } else { s.client = facts[index].name }
        if !facts[index].text.isEmpty { s.previousQueueID = facts[index].text }
      case .messageID where s.messageID == nil: s.messageID = facts[index].text
      case .queued where s.size < 0:
        s.sender = facts[index].name
        s.size = facts[index].size
        s.recipients = facts[index].number
      case .removed: s.removed = facts[index].time
      case .expired: s.expired = s.expired ?? facts[index].time
      case .discarded where s.discarded == nil:
        s.discarded = facts[index].time
        if s.reason == nil { s.reason = facts[index].text }
      case .quarantined:
        s.quarantined = s.quarantined ?? facts[index].time
        s.quarantine = s.quarantine ?? facts[index].text
        if facts[index].name != 0 && !s.named.contains(facts[index].name) { s.named.append(facts[index].name) }
      case .rejected where s.rejected == nil:
        s.rejected = facts[index].time
        s.reason = facts[index].text
      case .held, .released: lastHold = facts[index].kind
      case .redirected: s.isRedirected = true
      case .sender: s.sender = s.sender ?? facts[index].name
      case .recipient where !s.named.contains(facts[index].name): s.named.append(facts[index].name)
      case .subject where s.subject == nil: s.subject = facts[index].text
      default: break
      }
    }
    for index in deliveries.indices {
      low = min(low, deliveries[index].time)
      high = max(high, deliveries[index].time)
    }
    s.isHeld = lastHold == .held && s.removed == nil
    if s.accepted == nil && s.messageID != nil { s.origin = .internal }
    s.first = low
    s.last = high
    summary = s
  }

  /// The order of facts: by time, kind, and then by what they say, never by the order in which they came.
  private func precedes(_ a: HopFact, _ b: HopFact, _ lexicon: Lexicon) -> Bool {
    if a.time != b.time { return a.time < b.time }
    if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
    if self[a.text] != self[b.text] { return self[a.text] < self[b.text] }
    if a.size != b.size { return a.size < b.size }
    if a.number != b.number { return a.number < b.number }
    let names = a.namesClient ? lexicon.clients : lexicon.addresses
    if a.name != b.name { return names[a.name] < names[b.name] }
    if a.other != b.other { return lexicon.words[a.other] < lexicon.words[b.other] }
    return a.pid < b.pid
  }
}
