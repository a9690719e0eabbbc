package import Bytes
package import Facts

/// What a fact says about a hop, without the line it came from.
package struct HopFact: Equatable {
  package enum Kind: UInt8, Sendable {
    /// From a client (`name`) by SMTP, or from a local user: then `number` is the uid and `name` is 0.
    case accepted = 1
    /// `text` is the Message-ID.
    case messageID = 2
    /// `name` is the sender, `size` and `number` are bytes and recipients.
    case queued = 3
    case removed = 4
    case held = 5
    case released = 6
    case expired = 7
    /// Thrown away: by a rule, a filter, or an operator (`text`).
    case discarded = 8
    /// Refused at the end of DATA: `text` is the reply.
    case rejected = 9
    /// Sent elsewhere: `text` says where.
    case redirected = 10
    /// A notification was made: `text` is its queue id, `other` (a word) its kind.
    case notified = 11
    /// A content filter took it and gave back `text`, a queue id.
    case filtered = 12
    /// `text` is the subject.
    case subject = 13
    /// A line that refuses, holds, redirects or throws away the message names its sender: `name`.
    case sender = 14
    /// Such a line names a recipient: `name`.
    case recipient = 15
    /// A filter put it into its quarantine and passes it on to nobody: `text` says where, `name` is its first recipient.
    case quarantined = 16
  }

  package var kind: Kind
  package var time: Timestamp
  package var pid: UInt32 = 0
  /// A client, or the sender's address.
  package var name: NameID = 0
  /// A word: the user, an action.
  package var other: NameID = 0
  package var size: Int64 = -1
  package var number: Int64 = -1
  /// Among the texts of its hop.
  package internal(set) var text = TextPlace.empty

  package init(_ kind: Kind, at time: Timestamp) {
    self.kind = kind
    self.time = time
  }

  /// Whether `name` is a client, and not an address.
  package var namesClient: Bool { kind == .accepted && number < 0 }

  /// Whether both say the same at the same second, but for their texts.
  func says(_ other: HopFact) -> Bool {
    kind == other.kind && time.seconds == other.time.seconds && name == other.name && self.other == other.other
      && size == other.size && number == other.number
  }
}

/// One try to hand one recipient from a hop to a relay.
package struct Delivery {
  package enum Status: UInt8, Sendable {
    case sent = 1
    case deferred = 2
    case bounced = 3
    case expired = 4
    /// Answers of an address probe, which carries no mail.
    case deliverable = 5
    case undeliverable = 6

    package var name: StaticString {
      switch self {
      case .sent: "sent"
      case .deferred: "deferred"
      case .bounced: "bounced"
      case .expired: "expired"
      case .deliverable: "deliverable"
      case .undeliverable: "undeliverable"
      }
    }
  }

  /// What a relay did with mail that it took, where its reply says more than that it took it.
  package enum Fate: UInt8, Sendable {
    case none = 0
    /// local(8) made a new queue entry of it.
    case forwarded = 1
    case discarded = 2
    /// A filter took it and sent it back to its sender.
    case returned = 3
    /// A filter took it for several recipients and threw it away for those that it did not pass on.
    case partlyDiscarded = 4
    /// A filter took it for several recipients and sent it back for those that it did not pass on.
    case partlyReturned = 5
    /// A filter did both, and the reply does not say for whom which.
    case partlyEither = 6

    /// What became of a recipient that a filter took and did not pass on.
    var ofOthers: Outcome? {
      switch self {
      case .partlyDiscarded: .discarded
      case .partlyReturned: .bounced
      case .partlyEither: .unknown
      default: nil
      }
    }
  }

  package var time: Timestamp
  package var recipient: NameID
  /// The address before expansion; 0 if it is the same.
  package var original: NameID = 0
  package var relay: NameID = 0
  package var transport: NameID = 0
  package var status: Status
  package var fate = Fate.none
  package var code: Int16 = 0
  package var enhancedCode: NameID = 0
  package var stage: NameID = 0
  /// Microseconds; -1 where the line does not say.
  package var delay: Int64 = -1
  package var delays: (beforeQueue: Int64, inQueue: Int64, connection: Int64, transmission: Int64) = (-1, -1, -1, -1)
  /// Among the texts of its hop.
  package internal(set) var reply = TextPlace.empty
  package internal(set) var nextQueueID = TextPlace.empty
  /// A hash of the reply where that is not kept; it tells lines apart.
  var replyMark: UInt64 = 0
  /// How often the very same line stood in one source.
  package var count: Int32 = 1

  /// What became of the recipient, if this attempt is where its story ends. Set by the resolution.
  package var outcome: Outcome?

  /// The source that the line was last read from, and how often there.
  var seenIn: Int32 = -1
  var seenCount: Int32 = 0
  /// During a resolution: the place of the hop that goes on with it; -1 if none does.
  var continuation: Int32 = -1

  package init(time: Timestamp, recipient: NameID, status: Status) {
    self.time = time
    self.recipient = recipient
    self.status = status
  }

  /// Whether both are the same line at the same second, but for their texts.
  func says(_ other: Delivery) -> Bool {
    time.seconds == other.time.seconds && recipient == other.recipient && status == other.status
      && relay == other.relay && original == other.original && transport == other.transport
      && enhancedCode == other.enhancedCode && delay == other.delay && delays == other.delays && fate == other.fate
      && replyMark == other.replyMark
  }
}

/// Where a fact stands: a line of a source.
package struct Evidence: Hashable {
  /// The source's number in this run, or in the store.
  package var source: Int32
  package var line: Int64
  /// Byte offset of the line in the unpacked source.
  package var offset: Int64

  package init(source: Int32, line: Int64, offset: Int64) {
    self.source = source
    self.line = line
    self.offset = offset
  }
}

/// One host's custody of one message: host, queue id, and the time it held it.
///
/// Its facts and deliveries are plain numbers; their texts stand in a buffer of the hop and are asked for by place.
package final class Hop {
  package private(set) var host: NameID
  package var facts: [HopFact] = []
  package var deliveries: [Delivery] = []
  package var evidence: [Evidence] = []
  /// Where attempts stand, once there are many.
  var places = AttemptPlaces()
  private var texts = TextBuffer()
  private var queueIDPlace = TextPlace.empty

  /// What all facts together say. Set by `summarize()`.
  package var summary = HopSummary()
  /// How this hop came from another one of the same message. Set by the resolution, kept by the store.
  package var link: Link?
  /// Recipients that no delivery line names. Set by the resolution, kept by the store.
  package var rest = UnnamedRecipients()
  /// An address probe, which carries no mail. Set by the resolution, kept by the store.
  package var isProbe = false

  /// The row in the store; 0 if it has none yet.
  package var row: Int64 = 0

  /// Its place during a resolution.
  var place = 0
  // State of a hop that is still being assembled.
  var weave = WeaveState()

  package init(host: NameID, queueID: Bytes) {
    self.host = host
    queueIDPlace = texts.append(queueID)
  }

  /// Becomes another hop, of which nothing is known yet.
  func begin(host: NameID, queueID: Bytes) {
    self.host = host
    queueIDPlace = texts.append(queueID)
    summary = HopSummary()
    link = nil
    rest = UnnamedRecipients()
    isProbe = false
    row = 0
  }

  /// Forgets what was said. Memory for as much as most hops need it keeps, to be used again: were it all that a mail to
  /// thousands needed, each hop would come to that in the end.
  func clear() {
    let most = Limits.keptLinesOfHop
    facts.removeAll(keepingCapacity: facts.capacity <= most)
    deliveries.removeAll(keepingCapacity: deliveries.capacity <= most)
    evidence.removeAll(keepingCapacity: evidence.capacity <= most * 2)
    texts.removeAll(keepingAtMost: most * 128)
    places.forget()
  }

  func renew(_ renewal: LexiconRenewal) {
    places.forget()
    for index in facts.indices {
      if facts[index].namesClient {
        renewal.renew(client: &facts[index].name)
      } else {
        renewal.renew(address: &facts[index].name)
      }
      renewal.renew(word: &facts[index].other)
    }
    for index in deliveries.indices {
      renewal.renew(address: &deliveries[index].recipient)
      renewal.renew(address: &deliveries[index].original)
      renewal.renew(relay: &deliveries[index].relay)
      renewal.renew(word: &deliveries[index].transport)
      renewal.renew(word: &deliveries[index].enhancedCode)
      renewal.renew(word: &deliveries[index].stage)
    }
  }

  /// Like all texts of a hop it is valid until something is added to the hop.
  package var queueID: Bytes { texts[queueIDPlace] }

  /// The text at `place`.
  package subscript(_ place: TextPlace) -> Bytes { texts[place] }

  /// Copies a text among those of the hop; one beyond all bounds is left empty.
  func keep(_ text: Bytes) -> TextPlace {
    texts.count + text.count <= Limits.textsOfHop ? texts.append(text) : .empty
  }

  package var messageID: Bytes? { summary.messageID.map { texts[$0] } }
  package var subject: Bytes? { summary.subject.map { texts[$0] } }
  /// Why it was refused, discarded or redirected: the words of the fact that decided.
  package var reason: Bytes? { summary.reason.map { texts[$0] } }
  /// Where in its quarantine a filter put it.
  package var quarantine: Bytes? { summary.quarantine.map { texts[$0] } }
  var previousQueueID: Bytes? { summary.previousQueueID.map { texts[$0] } }
}

/// How a hop was joined to the one before it.
package struct Link {
  package enum Grade: UInt8, Sendable {
    case certain = 1
    case probable = 2
    case guess = 3

    package var name: StaticString {
      switch self {
      case .certain: "certain"
      case .probable: "probable"
      case .guess: "guess"
      }
    }
  }

  package enum Rule: UInt8, Sendable {
    /// The reply of a delivery named this hop's queue id, and the relay was this host.
    case reply = 1
    /// local(8) said `forwarded as`.
    case forwarded = 2
    /// This hop's first line, or a filter's, named the queue id before.
    case filter = 3
    /// The queue entry was made anew (`requeued`).
    case requeued = 4
    /// The same Message-ID between hosts that were connected.
    case messageID = 5

    package var name: StaticString {
      switch self {
      case .reply: "reply"
      case .forwarded: "forwarded"
      case .filter: "filter"
      case .requeued: "requeued"
      case .messageID: "message-id"
      }
    }
  }

  package unowned(unsafe) var from: Hop
  package var rule: Rule
  package var grade: Grade

  package init(from: Hop, rule: Rule, grade: Grade) {
    self.from = from
    self.rule = rule
    self.grade = grade
  }
}
