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
  package var messageID: [UInt8]?
  package var subject: [UInt8]?
  package var previousQueueID: [UInt8]?
  /// On hold at last.
  package var isHeld = false
  /// Its recipients were replaced by others.
  package var isRedirected = false
  /// Recipients named by lines that refuse, hold or throw away the message.
  package var named: [NameID] = []
  /// Why it was refused, discarded or redirected: the words of the fact that decided.
  package var reason: [UInt8]?

  package init() {}

  /// Whether the message is known to be out of this host's queue.
  package var isClosed: Bool { removed != nil || rejected != nil || discarded != nil }
}

extension Hop {
  /// Derives the summary from the facts.
  package func summarize(_ lexicon: Lexicon) {
    var s = HopSummary()
    var low = Timestamp(microseconds: .max)
    var high = Timestamp(microseconds: .min)
    var lastHold: HopFact?
    facts.sort { $0.precedes($1, lexicon) }
    for fact in facts {
      low = min(low, fact.time)
      high = max(high, fact.time)
      switch fact.kind {
      case .accepted where s.accepted == nil:
        s.accepted = fact.time
        s.origin = fact.number >= 0 ? .local : .client
        s.pid = fact.pid
        s.user = fact.other
        if fact.number >= 0 { s.sender = s.sender ?? fact.name } else { s.client = fact.name }
        if !fact.text.isEmpty { s.previousQueueID = fact.text }
      case .messageID where s.messageID == nil: s.messageID = fact.text
      case .queued where s.size < 0:
        s.sender = fact.name
        s.size = fact.size
        s.recipients = fact.number
      case .removed: s.removed = fact.time
      case .expired: s.expired = s.expired ?? fact.time
      case .discarded where s.discarded == nil:
        s.discarded = fact.time
        if s.reason == nil { s.reason = fact.text }
      case .rejected where s.rejected == nil:
        s.rejected = fact.time
        s.reason = fact.text
      case .held, .released: lastHold = fact
      case .redirected: s.isRedirected = true
      case .sender: s.sender = s.sender ?? fact.name
      case .recipient where !s.named.contains(fact.name): s.named.append(fact.name)
      case .subject where s.subject == nil: s.subject = fact.text
      default: break
      }
    }
    for delivery in deliveries {
      low = min(low, delivery.time)
      high = max(high, delivery.time)
    }
    s.isHeld = lastHold?.kind == .held && s.removed == nil
    if s.accepted == nil && s.messageID != nil { s.origin = .internal }
    s.first = low
    s.last = high
    summary = s
  }
}

extension HopFact {
  /// The order of facts: by time, kind, and then by what they say, never by the order in which they came.
  fileprivate func precedes(_ other: HopFact, _ lexicon: Lexicon) -> Bool {
    if time != other.time { return time < other.time }
    if kind != other.kind { return kind.rawValue < other.kind.rawValue }
    if text != other.text { return text.lexicographicallyPrecedes(other.text) }
    if size != other.size { return size < other.size }
    if number != other.number { return number < other.number }
    let isClient = kind == .accepted && number < 0
    let names = isClient ? lexicon.clients : lexicon.addresses
    if name != other.name { return names[name] < names[other.name] }
    if self.other != other.other { return lexicon.words[self.other] < lexicon.words[other.other] }
    return pid < other.pid
  }
}
