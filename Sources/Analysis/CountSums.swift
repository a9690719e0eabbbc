import Facts

extension MessageCounts {
  mutating func add(_ other: MessageCounts) {
    received += other.received
    for outcome in Outcome.allCases { self[outcome] += other[outcome] }
  }
}

extension EventCounts {
  mutating func add(_ other: EventCounts) {
    received += other.received
    delivered += other.delivered
    forwarded += other.forwarded
    deferred += other.deferred
    deferrals += other.deferrals
    bounced += other.bounced
    expired += other.expired
    rejected += other.rejected
    rejectWarnings += other.rejectWarnings
    held += other.held
    discarded += other.discarded
    connections += other.connections
  }
}
