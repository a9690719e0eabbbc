package import Bytes
package import Correlation
package import Facts

/// The whole story of one message: its path over hosts, and what became of each recipient.
package struct MessageTrace {
  /// Without angle brackets.
  package var messageID: Text?
  package var subject: Text?
  /// The reverse-path; empty for `<>`, nil if unknown.
  package var sender: Text?
  /// Bytes.
  package var size: Int64?
  package var firstSeen = Timestamp(microseconds: 0)
  package var lastSeen = Timestamp(microseconds: 0)
  /// Microseconds from the first line to the last, by the clock of the first host.
  package var duration: Int64 = 0
  /// The outcome that all recipients share; nil if they differ (`mixed`).
  package var outcome: Outcome?
  /// One sentence that says where the message is and why.
  package var verdict = ""
  package var recipients: [RecipientTrace] = []
  /// From the first to the last. A refused transaction has one, without a queue id, for its client.
  package var hops: [HopTrace] = []
  package var authentication: [AuthenticationTrace] = []
  package var spam: [SpamTrace] = []
  package var children: [ChildTrace] = []
  /// The first hops of messages that this one may go on as, behind hosts whose logs are not there.
  package var continuations: [LinkTrace] = []
  package var clockOffsets: [ClockOffset] = []
  /// The lines that all this rests on; nil if they were not asked for.
  package var evidence: [EvidenceLine]?
  /// Where those lines stand.
  package var places: [Evidence] = []

  package init() {}

  /// A recipient's outcome, or `mixed`.
  package var outcomeName: String { outcome?.rawValue ?? "mixed" }
}

/// What became of one recipient.
package struct RecipientTrace {
  /// Nil where a refusal came before any recipient was named.
  package var address: Text?
  /// The address that this one came from: an alias, a list, a forward.
  package var originalAddress: Text?
  package var outcome: Outcome
  /// Where its story ends.
  package var host: Text
  package var relay: PeerTrace?
  package var stage: Text?
  package var code: Int?
  package var enhancedCode: Text?
  package var reply: Text?
  package var reason: Text?
  package var attempts = 0
  package var firstAttempt: Timestamp?
  package var lastAttempt: Timestamp?
  /// Microseconds from arrival to the last attempt's end, by the clock of the first host.
  package var delay: Int64?
  package var mailbox: Text?

  package init(outcome: Outcome, host: Text) {
    self.outcome = outcome
    self.host = host
  }
}

/// A client or relay.
package struct PeerTrace {
  package var name: Text?
  package var address: Text?
  package var port: Int?

  package init(name: Text?, address: Text?, port: Int? = nil) {
    self.name = name
    self.address = address
    self.port = port
  }
}

/// One host's custody of the message.
package struct HopTrace {
  /// Unique in this answer.
  package var id: String
  package var host: Text
  package var queueID: Text?
  package var accepted: Timestamp?
  /// When it left the queue.
  package var released: Timestamp?
  /// How it ended or where it stands, if it did not leave the queue; nil if no line tells.
  package var standing: Outcome?
  package var client: PeerTrace?
  package var helo: Text?
  package var `protocol`: Text?
  package var tls: TLSTrace?
  /// The user who authenticated.
  package var user: Text?
  /// The MTA, as far as the lines tell.
  package var software: Text?
  /// What tells of a hop that no log has.
  package var witness: Text?
  /// The hop before, and how the two were joined.
  package var from: LinkTrace?
  package var deliveries: [DeliveryTrace] = []

  package init(id: String, host: Text) {
    self.id = id
    self.host = host
  }

  /// Microseconds in this host's custody, where both ends are known.
  package var custody: Int64? {
    guard let accepted, let released else { return nil }
    return max(0, released.microseconds - accepted.microseconds)
  }
}

package struct TLSTrace {
  package var version: Text
  package var cipher: Text?
  package var bits: Int?

  package init(version: Text, cipher: Text?, bits: Int?) {
    self.version = version
    self.cipher = cipher
    self.bits = bits
  }
}

package struct LinkTrace {
  /// The id of the hop before.
  package var hop: String
  /// `reply`, `forwarded`, `filter`, `requeued`, `message-id`.
  package var rule: String
  /// `certain`, `probable`, `guess`.
  package var grade: String

  package init(hop: String, rule: String, grade: String) {
    self.hop = hop
    self.rule = rule
    self.grade = grade
  }
}

/// One attempt to hand one recipient on.
package struct DeliveryTrace {
  package var time: Timestamp
  package var recipient: Text
  package var originalRecipient: Text?
  package var status: String
  package var relay: PeerTrace?
  package var transport: Text?
  package var code: Int?
  package var enhancedCode: Text?
  package var reply: Text
  package var nextQueueID: Text?
  /// Microseconds, and its four parts, where the log has them.
  package var delay: Int64?
  package var delays: (beforeQueue: Int64, inQueue: Int64, connection: Int64, transmission: Int64)?

  package init(time: Timestamp, recipient: Text, status: String, reply: Text) {
    self.time = time
    self.recipient = recipient
    self.status = status
    self.reply = reply
  }
}

/// One result of an authentication check.
package struct AuthenticationTrace: Equatable {
  /// `dkim`, `spf`, `dmarc`, `arc` …
  package var method: Text
  /// Empty for a signature that was added, and not checked.
  package var result: Text
  package var domain: Text?
  package var selector: Text?
  package var reason: Text?
  /// The host that checked.
  package var by: Text
  /// The program that said so.
  package var source: Text

  package init(method: Text, result: Text, by: Text, source: Text) {
    self.method = method
    self.result = result
    self.by = by
    self.source = source
  }
}

/// One verdict of a spam filter.
package struct SpamTrace {
  package var engine: Text
  package var action: Text?
  /// Millionths of a point.
  package var score: Int64?
  package var required: Int64?
  /// A JSON array of {name, score}, as stored.
  package var symbols: Text?
  package var reason: Text?

  package init(engine: Text) { self.engine = engine }
}

/// A message that this one gave rise to.
package struct ChildTrace {
  /// `non-delivery notification`, `delay notification`, `delivery status notification` …
  package var relation: String
  package var messageID: Text?
  package var queueID: Text?

  package init(relation: String, messageID: Text?, queueID: Text?) {
    self.relation = relation
    self.messageID = messageID
    self.queueID = queueID
  }
}

/// How far two hosts' clocks are apart.
package struct ClockOffset {
  package var from: Text
  package var to: Text
  /// Microseconds that `to` is ahead of `from`: the median over the hops that both share.
  package var offset: Int64
  package var samples: Int

  package init(from: Text, to: Text, offset: Int64, samples: Int) {
    self.from = from
    self.to = to
    self.offset = offset
    self.samples = samples
  }
}

/// A line that a statement rests on.
package struct EvidenceLine {
  package var source: String
  package var line: Int64
  /// Bytes, in the unpacked source.
  package var offset: Int64
  /// Nil where the source is gone or has changed.
  package var text: Text?

  package init(source: String, line: Int64, offset: Int64, text: Text?) {
    self.source = source
    self.line = line
    self.offset = offset
    self.text = text
  }
}

/// Messages that are not at their end, by cause.
package struct StuckGroup {
  package var reason: Text
  package var outcome: Outcome
  package var relay: Text?
  package var domain: Text?
  /// Recipients.
  package var count: Int
  package var oldest: Timestamp
  package var messages: [MessageTrace]

  package init(
    reason: Text, outcome: Outcome, relay: Text?, domain: Text?, count: Int, oldest: Timestamp, messages: [MessageTrace]
  ) {
    self.reason = reason
    self.outcome = outcome
    self.relay = relay
    self.domain = domain
    self.count = count
    self.oldest = oldest
    self.messages = messages
  }
}
