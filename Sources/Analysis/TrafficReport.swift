package import Bytes
package import Facts

/// How mail flowed in a period: the answer of `mailflow report`.
package struct TrafficReport {
  package var since: Timestamp
  /// Not included.
  package var until: Timestamp
  /// The zone in which days and hours are cut, by name.
  package var timeZone = "UTC"
  /// The hosts that were asked for, or all that had a line in the period.
  package var hosts: [Text] = []

  /// The truth: each message once, each recipient once.
  package var messages = MessageCounts()
  /// Log lines, counted as pflogsumm counts them.
  package var events = EventCounts()
  /// Bytes of received messages; bytes handed to final recipients (delivered and relayed).
  package var bytes = (received: Int64(0), delivered: Int64(0))
  /// The same in events: pflogsumm's `bytes received` and `bytes delivered`.
  package var eventBytes = (received: Int64(0), delivered: Int64(0))
  /// Distinct ones, as pflogsumm counts them: by queue entries and sent lines.
  package var distinct = (senders: 0, recipients: 0, sendingDomains: 0, recipientDomains: 0)
  /// Sessions of clients that began in the period, and connections that were lost or timed out in it. Nil where they cannot be
  /// told apart: a session is of no domain.
  package var sessions: (connections: Int, lost: Int)? = (0, 0)
  /// Notifications (bounces, delays) that the MTAs made, and what became of them.
  package var notifications = MessageCounts()

  /// One row for each hour with traffic, and for each day, in order of time.
  package var hourly: [PeriodRow] = []
  package var daily: [PeriodRow] = []

  package var top = TopLists()
  package var reasons: [ReasonRow] = []
  /// Delay of final deliveries (delivered and relayed), from arrival at the first host to the end, in microseconds.
  package var delays: Percentiles?
  /// The four parts of `delays=` over all sent lines.
  package var delayParts: [(name: String, percentiles: Percentiles)] = []
  /// Sizes of received messages, bytes.
  package var sizes: Percentiles?
  package var ledger = Ledger()
  /// Lines that no parser knew, in the sources of the store; nil where that is not known.
  package var unrecognizedLines: Int64?

  package init(since: Timestamp, until: Timestamp) {
    self.since = since
    self.until = until
  }
}

/// Messages, and what became of their recipients.
package struct MessageCounts: Equatable {
  /// Messages that came in from outside or from local users; all others count recipients.
  package var received = 0
  package var delivered = 0
  package var relayed = 0
  package var bounced = 0
  package var deferred = 0
  package var rejected = 0
  package var discarded = 0
  package var held = 0
  package var expired = 0
  package var quarantined = 0
  package var expanded = 0
  package var unknown = 0

  package init() {}

  package subscript(_ outcome: Outcome) -> Int {
    get {
      switch outcome {
      case .delivered: delivered
      case .relayed: relayed
      case .deferred: deferred
      case .bounced: bounced
      case .expired: expired
      case .rejected: rejected
      case .discarded: discarded
      case .held: held
      case .quarantined: quarantined
      case .expanded: expanded
      case .unknown: unknown
      }
    }
    set {
      switch outcome {
      case .delivered: delivered = newValue
      case .relayed: relayed = newValue
      case .deferred: deferred = newValue
      case .bounced: bounced = newValue
      case .expired: expired = newValue
      case .rejected: rejected = newValue
      case .discarded: discarded = newValue
      case .held: held = newValue
      case .quarantined: quarantined = newValue
      case .expanded: expanded = newValue
      case .unknown: unknown = newValue
      }
    }
  }
}

/// Log lines counted pflogsumm's way: a filter's re-injection and each hop count again.
package struct EventCounts: Equatable {
  package var received = 0
  package var delivered = 0
  package var forwarded = 0
  /// Queue entries with a deferral.
  package var deferred = 0
  /// Attempts that were put off.
  package var deferrals = 0
  package var bounced = 0
  package var expired = 0
  package var rejected = 0
  package var rejectWarnings = 0
  package var held = 0
  package var discarded = 0
  package var connections = 0

  package init() {}
}

/// One hour or day.
package struct PeriodRow {
  package var start: Timestamp
  package var messages = MessageCounts()
  package var events = EventCounts()

  package init(start: Timestamp) { self.start = start }
}

/// A name with its counts.
package struct TopRow {
  package var name: Text
  package var count: Int
  package var bytes: Int64 = 0
  package var deferrals = 0
  package var bounced = 0
  /// Microseconds; of sent lines.
  package var averageDelay: Int64?
  package var maximumDelay: Int64?

  package init(name: Text, count: Int) {
    self.name = name
    self.count = count
  }
}

/// The longest rows of each list; messages for senders, recipients (final ones) for the others, unless said.
package struct TopLists {
  package var senders: [TopRow] = []
  package var recipients: [TopRow] = []
  package var sendersBySize: [TopRow] = []
  package var recipientsBySize: [TopRow] = []
  package var sendingDomains: [TopRow] = []
  /// Sent lines, with deferrals, bounces and delays: pflogsumm's "Host/Domain Summary: Message Delivery".
  package var recipientDomains: [TopRow] = []
  /// Hosts and transports that took mail: sent lines.
  package var relays: [TopRow] = []
  /// Clients that gave us mail: messages.
  package var clients: [TopRow] = []
  /// Clients that were refused: refusals.
  package var rejectedClients: [TopRow] = []

  package init() {}
}

/// Why mail was put off, bounced, refused, held or thrown away.
package struct ReasonRow {
  package enum Kind: Int, CaseIterable, Sendable {
    case deferral
    case bounce
    case expiry
    case reject
    case rejectWarning
    case hold
    case discard
    /// A client that could not prove who it is.
    case login
    case warning
    case error
    /// The mail system was started, stopped or told to read its settings again.
    case lifecycle

    package var name: String {
      switch self {
      case .rejectWarning: "reject_warning"
      case .login: "failed_login"
      default: "\(self)"
      }
    }
  }

  package var kind: Kind
  package var reason: Text
  package var count: Int
  package var code: Int?
  package var enhancedCode: Text?
  /// A queue id or Message-ID to look at.
  package var example: Text?

  package init(kind: Kind, reason: Text, count: Int) {
    self.kind = kind
    self.reason = reason
    self.count = count
  }
}

/// Microseconds or bytes.
package struct Percentiles {
  package var count = 0
  package var p50: Int64 = 0
  package var p90: Int64 = 0
  package var p95: Int64 = 0
  package var p99: Int64 = 0
  package var maximum: Int64 = 0
  package var sum: Int64 = 0

  package init() {}
}

/// accepted = delivered + relayed + bounced + expired + discarded + held + quarantined + deferred + rejected + unknown.
package struct Ledger {
  /// Recipients that hosts took responsibility for in the period, by the host and day of acceptance.
  package struct Row {
    package var host: Text
    /// The beginning of the day.
    package var day: Timestamp
    package var accepted = 0
    /// Recipients that an alias, list or forward put in the place of others.
    package var outcomes = MessageCounts()
    package var remainder = 0

    package init(host: Text, day: Timestamp) {
      self.host = host
      self.day = day
    }
  }

  package var accepted = 0
  package var outcomes = MessageCounts()
  /// Accepted, less all outcomes; 0 if the books close.
  package var remainder = 0
  package var rows: [Row] = []
  /// Queue ids, as host/queueid, of messages whose recipients do not add up.
  package var open: [Text] = []

  package init() {}
}
