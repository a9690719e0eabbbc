import Analysis
import Facts

/// The names and the order of a report's figures, the same in every format.
enum TrafficWords {
  /// The outcomes in the order in which people ask for them.
  static let outcomes: [Outcome] = [
    .delivered, .relayed, .bounced, .deferred, .rejected, .discarded, .held, .expired, .quarantined, .expanded,
    .unknown,
  ]

  /// The events, as pflogsumm orders them.
  static var events: [(name: String, value: KeyPath<EventCounts, Int>)] {
    [
      ("received", \.received), ("delivered", \.delivered), ("forwarded", \.forwarded), ("deferred", \.deferred),
      ("deferrals", \.deferrals), ("bounced", \.bounced), ("expired", \.expired), ("rejected", \.rejected),
      ("reject_warnings", \.rejectWarnings), ("held", \.held), ("discarded", \.discarded),
      ("connections", \.connections),
    ]
  }

  /// What the rows of a list have beside a name and a count.
  struct Columns: OptionSet {
    let rawValue: Int

    static let bytes = Columns(rawValue: 1)
    /// Deferrals, bounces and delays.
    static let attempts = Columns(rawValue: 2)
  }

  /// One of the lists of the greatest.
  struct List {
    var name: String
    var title: String
    /// What a row is named after, and what it counts.
    var subject: String
    var unit: String
    var rows: KeyPath<TopLists, [TopRow]>
    var columns: Columns
  }

  static var lists: [List] {
    [
      List(
        name: "senders", title: "Senders by messages", subject: "sender", unit: "messages",
        rows: \.senders, columns: .bytes),
      List(
        name: "senders_by_size", title: "Senders by size", subject: "sender", unit: "messages",
        rows: \.sendersBySize, columns: .bytes),
      List(
        name: "recipients", title: "Recipients by deliveries", subject: "recipient", unit: "deliveries",
        rows: \.recipients, columns: .bytes),
      List(
        name: "recipients_by_size", title: "Recipients by size", subject: "recipient", unit: "deliveries",
        rows: \.recipientsBySize, columns: .bytes),
      List(
        name: "sending_domains", title: "Sending domains", subject: "domain", unit: "queue entries",
        rows: \.sendingDomains, columns: .bytes),
      List(
        name: "recipient_domains", title: "Recipient domains", subject: "domain", unit: "sent lines",
        rows: \.recipientDomains, columns: [.bytes, .attempts]),
      List(
        name: "relays", title: "Relays", subject: "relay", unit: "sent lines",
        rows: \.relays, columns: [.bytes, .attempts]),
      List(
        name: "clients", title: "Clients", subject: "client", unit: "messages",
        rows: \.clients, columns: []),
      List(
        name: "rejected_clients", title: "Refused clients", subject: "client", unit: "refusals",
        rows: \.rejectedClients, columns: []),
    ]
  }

  /// The kinds of reasons as headings.
  static func title(of kind: ReasonRow.Kind) -> String {
    switch kind {
    case .deferral: "Deferrals"
    case .bounce: "Bounces"
    case .expiry: "Expired messages"
    case .reject: "Refusals"
    case .rejectWarning: "Refusals that were only warned of"
    case .hold: "Held messages"
    case .discard: "Discarded messages"
    case .login: "Failed logins"
    case .warning: "Warnings"
    case .error: "Errors, fatal ones and panics"
    case .lifecycle: "Starts and stops"
    }
  }
}
