/// What became of one recipient.
public enum Outcome: String, CaseIterable, Sendable {
  /// Final delivery was seen: a mailbox, a pipe or a file took it.
  case delivered
  /// Handed to a host whose log we do not have. Its fate beyond is unknown.
  case relayed
  /// Still queued, as far as the evidence goes.
  case deferred
  /// Refused for good by the next host or by the mailbox.
  case bounced
  /// Given up after too long in a queue.
  case expired
  /// Refused to the client before custody was taken, for good or for now.
  case rejected
  /// Taken and thrown away: by a filter, a rule or an operator.
  case discarded
  /// In a queue until somebody releases it.
  case held
  /// In a filter's quarantine.
  case quarantined
  /// Replaced by other recipients: an alias, a list, a forward.
  case expanded
  /// Accepted, with no end seen.
  case unknown

  /// Whether the recipient still waits, as far as the evidence goes.
  public var isOpen: Bool {
    switch self {
    case .deferred, .held, .quarantined, .unknown: true
    case .delivered, .relayed, .bounced, .expired, .rejected, .discarded, .expanded: false
    }
  }
}
