import Bytes
import Correlation

/// All that a tally counts by name.
struct CountLists: ~Copyable {
  var senders = NameCounts<AddressCount>()
  var recipients = NameCounts<AddressCount>()
  var sendingDomains = NameCounts<AttemptCount>()
  var recipientDomains = NameCounts<AttemptCount>()
  var relays = NameCounts<AttemptCount>()
  var clients = NameCounts<AddressCount>()
  var rejectedClients = NameCounts<AddressCount>()

  /// How the names of the lists are found by their numbers.
  struct Names {
    var address: (NameID) -> Bytes
    var domain: (NameID) -> Bytes
    var relay: (NameID) -> Bytes
    var client: (NameID) -> Bytes

    /// Those of a table that has the names of all lists.
    init(_ names: NameTable) {
      let name = { names[$0] }
      self.init(address: name, domain: name, relay: name, client: name)
    }

    init(
      address: @escaping (NameID) -> Bytes, domain: @escaping (NameID) -> Bytes, relay: @escaping (NameID) -> Bytes,
      client: @escaping (NameID) -> Bytes
    ) {
      (self.address, self.domain, self.relay, self.client) = (address, domain, relay, client)
    }
  }

  /// Adds the sizes of the lists to a report, and of each the greatest names, in no order.
  func add(to report: inout TrafficReport, limit: Int, names: Names) {
    report.distinct.senders += senders.number { $0.isSeen }
    report.distinct.recipients += recipients.number { $0.isSeen }
    report.distinct.sendingDomains += sendingDomains.number { $0.count > 0 }
    report.distinct.recipientDomains += recipientDomains.number { $0.count > 0 }
    let address: (NameID) -> Text = { id in
      let name = names.address(id)
      return name.isEmpty ? Array("<>".utf8) : name.array
    }
    let domain: (NameID) -> Text = { names.domain($0).array }
    let relay: (NameID) -> Text = { names.relay($0).array }
    let client: (NameID) -> Text = { id in
      let peer = Peer(names.client(id))
      guard let name = peer.name else { return peer.address?.array ?? [] }
      return name.array + (peer.address.map { [0x5B] + $0.array + [0x5D] } ?? [])
    }
    report.top.senders += senders.greatest(limit, by: .count, names: address)
    report.top.recipients += recipients.greatest(limit, by: .count, names: address)
    report.top.sendersBySize += senders.greatest(limit, by: .bytes, names: address)
    report.top.recipientsBySize += recipients.greatest(limit, by: .bytes, names: address)
    report.top.sendingDomains += sendingDomains.greatest(limit, by: .count, names: domain)
    report.top.recipientDomains += recipientDomains.greatest(limit, by: .attempts, names: domain)
    report.top.relays += relays.greatest(limit, by: .attempts, names: relay)
    report.top.clients += clients.greatest(limit, by: .count, names: client)
    report.top.rejectedClients += rejectedClients.greatest(limit, by: .count, names: client)
  }
}

// MARK: - Out of memory and back

extension CountLists {
  private enum List: UInt8 {
    case senders, recipients, sendingDomains, recipientDomains, relays, clients, rejectedClients
  }

  // Counts of names that are forgotten go to a spill; those of the others get their new numbers.

  mutating func renewAddresses(_ renewal: Renewal, to spill: CountSpill) {
    senders.renew(renewal, to: spill, as: List.senders.rawValue)
    recipients.renew(renewal, to: spill, as: List.recipients.rawValue)
  }

  mutating func renewDomains(_ renewal: Renewal, to spill: CountSpill) {
    sendingDomains.renew(renewal, to: spill, as: List.sendingDomains.rawValue)
    recipientDomains.renew(renewal, to: spill, as: List.recipientDomains.rawValue)
  }

  mutating func renewRelays(_ renewal: Renewal, to spill: CountSpill) {
    relays.renew(renewal, to: spill, as: List.relays.rawValue)
  }

  mutating func renewClients(_ renewal: Renewal, to spill: CountSpill) {
    clients.renew(renewal, to: spill, as: List.clients.rawValue)
    rejectedClients.renew(renewal, to: spill, as: List.rejectedClients.rawValue)
  }

  /// All counts go to a spill.
  mutating func moveAll(to spill: CountSpill, names: Names) {
    senders.move(to: spill, as: List.senders.rawValue, names: names.address)
    recipients.move(to: spill, as: List.recipients.rawValue, names: names.address)
    sendingDomains.move(to: spill, as: List.sendingDomains.rawValue, names: names.domain)
    recipientDomains.move(to: spill, as: List.recipientDomains.rawValue, names: names.domain)
    relays.move(to: spill, as: List.relays.rawValue, names: names.relay)
    clients.move(to: spill, as: List.clients.rawValue, names: names.client)
    rejectedClients.move(to: spill, as: List.rejectedClients.rawValue, names: names.client)
  }

  /// Adds a count that went to a spill.
  mutating func add(_ record: CountSpill.Record, of id: NameID) {
    switch List(rawValue: record.list)! {
    case .senders: senders.add(record.count, of: id)
    case .recipients: recipients.add(record.count, of: id)
    case .sendingDomains: sendingDomains.add(record.count, of: id)
    case .recipientDomains: recipientDomains.add(record.count, of: id)
    case .relays: relays.add(record.count, of: id)
    case .clients: clients.add(record.count, of: id)
    case .rejectedClients: rejectedClients.add(record.count, of: id)
    }
  }
}

// MARK: - The order of lists

/// What the rows of a list are in the order of, the greatest first; names decide between equals.
enum Rank {
  case count
  case bytes
  /// The count, and between equal ones what went wrong.
  case attempts

  func value(count: Int64, bytes: Int64, troubles: Int64) -> Int64 {
    switch self {
    case .count: count
    case .bytes: bytes
    case .attempts: count << 20 + troubles
    }
  }
}

extension TopLists {
  /// Brings the lists into their order and to their length, of which 0 is any.
  mutating func order(limit: Int) {
    senders.order(by: .count, limit)
    recipients.order(by: .count, limit)
    sendersBySize.order(by: .bytes, limit)
    recipientsBySize.order(by: .bytes, limit)
    sendingDomains.order(by: .count, limit)
    recipientDomains.order(by: .attempts, limit)
    relays.order(by: .attempts, limit)
    clients.order(by: .count, limit)
    rejectedClients.order(by: .count, limit)
  }
}

extension [TopRow] {
  fileprivate mutating func order(by rank: Rank, _ limit: Int) {
    func value(_ row: TopRow) -> Int64 {
      rank.value(count: Int64(row.count), bytes: row.bytes, troubles: Int64(row.deferrals + row.bounced))
    }
    sort {
      let (a, b) = (value($0), value($1))
      return a != b ? a > b : $0.name.lexicographicallyPrecedes($1.name)
    }
    if limit > 0 && count > limit { removeLast(count - limit) }
  }
}
