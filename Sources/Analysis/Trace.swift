package import Bytes
import Correlation
package import Facts
package import Store

/// What a trace is asked for. Texts are compared without case; parts of them suffice, but for the query itself.
package struct TraceQuery {
  /// A Message-ID, a queue id, `host/queueid`, or an address.
  package var query: Text?
  package var sender: Text?
  package var recipient: Text?
  package var subject: Text?
  package var host: Text?
  package var client: Text?
  package var since = Timestamp(microseconds: .min)
  package var until = Timestamp(microseconds: .max)
  package var outcome: Outcome?
  /// Messages that took at least this long, in microseconds.
  package var longerThan: Int64?
  /// 0 is all.
  package var limit = 20

  package init() {}
}

/// Finds messages in a store and tells their stories.
package final class Trace {
  private let reading: TraceReading
  private let builder: TraceBuilder

  package init(_ store: Store) throws(StoreError) {
    reading = try TraceReading(store)
    builder = TraceBuilder(reading)
  }

  /// Gives the messages that answer the query to `body`, newest first, one at a time. Returns how many there were.
  package func run(_ query: TraceQuery, _ body: (MessageTrace) -> Void) throws(StoreError) -> Int {
    try reading.store.database.snapshot { () throws(StoreError) in try find(query, body) }
  }

  private func find(_ query: TraceQuery, _ body: (MessageTrace) -> Void) throws(StoreError) -> Int {
    var found = 0
    func give(_ seed: TraceSeed) throws(StoreError) -> Bool {
      for message in try builder.messages(seed) where query.accepts(message) {
        body(message)
        found += 1
        if query.limit > 0 && found >= query.limit { return false }
      }
      return true
    }
    if let text = query.query ?? query.recipient ?? query.sender,
      let seeds = try seeds(text, isAddress: query.query == nil)
    {
      var seed = try seeds.next()
      if seed == nil && query.query != nil { seed = try rawSeed(text) }
      while let next = seed, try give(next) { seed = try seeds.next() }
    } else {
      try reading.forEach(since: query.since, until: query.until, give)
    }
    if query.limit == 0 || found < query.limit, let last = builder.flush(), query.accepts(last) {
      body(last)
      found += 1
    }
    return found
  }

  /// What the text may name, newest first; nil if all must be looked at because it may be a part of an address.
  private func seeds(_ text: Text, isAddress: Bool) throws(StoreError) -> TraceSeeds? {
    var hops: Set<Int64> = []
    let bare = unbracketed(text)
    if !isAddress {
      for id in Set([text, bare]) { hops.formUnion(try reading.roots(messageID: id)) }
      hops.formUnion(try queueRoots(text))
    }
    var addresses: [Int64] = []
    if hops.isEmpty {
      addresses = try reading.addressRows(bare)
      if addresses.isEmpty && isAddress { return nil }
      hops.formUnion(try reading.hops(addresses: addresses))
    }
    return try reading.seeds(hops: hops, addresses: addresses)
  }

  /// A Message-ID that no log knows.
  private func rawSeed(_ text: Text) throws(StoreError) -> TraceSeed? {
    for id in [text, unbracketed(text)] where try reading.rawMessage(messageID: id) != nil { return .raw(id) }
    return nil
  }

  private func unbracketed(_ text: Text) -> Text {
    text.first == 0x3C && text.last == 0x3E ? Array(text.dropFirst().dropLast()) : text
  }

  private func queueRoots(_ text: Text) throws(StoreError) -> [Int64] {
    guard let slash = text.firstIndex(of: 0x2F) else { return try reading.roots(queueID: text) }
    let host = Array(text[..<slash])
    let roots = try reading.roots(queueID: Array(text[(slash + 1)...]))
    var onHost: [Int64] = []
    for root in roots {
      let hops = try reading.message(root)
      let queueID = Array(text[(slash + 1)...])
      let isThere = hops.contains { hop in
        queueID.withBytes { hop.queueID == $0 }
          && host.withBytes { HostName.same($0, self.reading.lexicon.hosts[hop.host]) }
      }
      if isThere { onHost.append(root) }
    }
    return onHost
  }
}

extension TraceQuery {
  func accepts(_ message: MessageTrace) -> Bool {
    guard message.firstSeen < until, message.lastSeen >= since else { return false }
    if let sender, !has(message.sender, sender) { return false }
    if let recipient,
      !message.recipients.contains(where: { has($0.address, recipient) || has($0.originalAddress, recipient) })
    {
      return false
    }
    if let subject, !has(message.subject, subject) { return false }
    if let host,
      !message.hops.contains(where: { hop in hop.host.withBytes { name in host.withBytes { HostName.same(name, $0) } } }
      )
    {
      return false
    }
    if let client, !message.hops.contains(where: { has($0.client?.name, client) || has($0.client?.address, client) }) {
      return false
    }
    if let outcome, !message.recipients.contains(where: { $0.outcome == outcome }) { return false }
    if let longerThan, message.duration < longerThan { return false }
    return true
  }

  private func has(_ text: Text?, _ part: Text) -> Bool {
    guard let text else { return false }
    return text.map(\.lowercased).withBytes { whole in
      part.map(\.lowercased).withBytes { whole.firstIndex(of: $0) != nil }
    }
  }
}
