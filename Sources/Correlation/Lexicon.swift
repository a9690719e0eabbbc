package import Bytes
package import Facts

/// The names that hops speak of, each once.
///
/// Copies share their names. They are renewed when they have become too many, so that memory has a
/// bound whatever there is to read.
package struct Lexicon {
  /// Hosts that wrote logs.
  package let hosts = NameTable()
  /// Envelope addresses as written; the empty one is the null reverse-path.
  package let addresses: NameTable
  /// Clients: name, NUL, address.
  package let clients: NameTable
  /// Relays: name, NUL, address, NUL, port.
  package let relays: NameTable
  /// Transports, enhanced codes, engines, users and other short words.
  package let words: NameTable
  private let latest = LatestPeers()

  /// - Parameter limit: how many names of one kind there may be before they have to be renewed.
  package init(limit: Int = Limits.names) {
    addresses = NameTable(limit: limit)
    clients = NameTable(limit: limit)
    relays = NameTable(limit: limit)
    words = NameTable(limit: limit)
  }

  package func client(of fact: Fact) -> NameID {
    guard fact[.clientName] != nil || fact[.clientAddress] != nil else { return 0 }
    return latest.client(fact[.clientName] ?? .empty, fact[.clientAddress] ?? .empty, pid: fact.pid, clients)
  }

  package func client(name: Bytes, address: Bytes) -> NameID { latest.client(name, address, clients) }

  package func relay(of fact: Fact) -> NameID {
    guard fact[.relayName] != nil || fact[.relayAddress] != nil else { return 0 }
    return latest.relay(fact[.relayName] ?? .empty, fact[.relayAddress] ?? .empty, port: fact[.relayPort] ?? 0, relays)
  }

  package func relay(name: Bytes, address: Bytes, port: Int64) -> NameID { latest.relay(name, address, port, relays) }

  /// Whether it is time to forget names.
  package var isFull: Bool { addresses.isFull || clients.isFull || relays.isFull || words.isFull }

  /// Renews the tables that are full. Whoever holds numbers of names has to ask for the new ones.
  package func renew() -> LexiconRenewal {
    latest.forget()
    return LexiconRenewal(self)
  }
}

/// What has become of the numbers of names. Those of hosts stay.
package struct LexiconRenewal {
  /// Nil for a table that stays as it is.
  package let addresses: Renewal?
  package let clients: Renewal?
  package let relays: Renewal?
  package let words: Renewal?

  fileprivate init(_ lexicon: Lexicon) {
    func renewal(of names: NameTable) -> Renewal? { names.isFull ? names.renew() : nil }
    addresses = renewal(of: lexicon.addresses)
    clients = renewal(of: lexicon.clients)
    relays = renewal(of: lexicon.relays)
    words = renewal(of: lexicon.words)
  }

  // The numbers of names that are held.

  func renew(address: inout NameID) { if let addresses { address = addresses.number(address) } }

  func renew(client: inout NameID) { if let clients { client = clients.number(client) } }

  func renew(relay: inout NameID) { if let relays { relay = relays.number(relay) } }

  func renew(word: inout NameID) { if let words { word = words.number(word) } }
}

/// What was asked for last, which is what most lines ask for.
private final class LatestPeers {
  private var scratch = ByteWriter()
  /// Clients by the process that named them: it serves one at a time.
  private var clients = [NameID](repeating: 0, count: 256)
  private var relay: NameID = 0

  func forget() {
    for place in clients.indices { clients[place] = 0 }
    relay = 0
  }

  func client(_ name: Bytes, _ address: Bytes, pid: Int64, _ names: NameTable) -> NameID {
    let place = Int(truncatingIfNeeded: pid & 255)
    if !LatestPeers.joins(name, address, rest: 0, names[clients[place]]) {
      clients[place] = client(name, address, names)
    }
    return clients[place]
  }

  func client(_ name: Bytes, _ address: Bytes, _ names: NameTable) -> NameID {
    join(name, address)
    return scratch.bytes.withBytes { names.intern($0) }
  }

  func relay(_ name: Bytes, _ address: Bytes, port: Int64, _ names: NameTable) -> NameID {
    let known = names[relay]
    // Only the most frequent port is recognised here.
    if port != 25 || !LatestPeers.joins(name, address, rest: 3, known) || !known.hasSuffix("\u{0}25") {
      relay = relay(name, address, port, names)
    }
    return relay
  }

  func relay(_ name: Bytes, _ address: Bytes, _ port: Int64, _ names: NameTable) -> NameID {
    join(name, address)
    scratch.write(byte: 0)
    if port > 0 { scratch.write(port) }
    return scratch.bytes.withBytes { names.intern($0) }
  }

  /// Whether `joined` is `name`, NUL, `address`, and `rest` bytes more.
  private static func joins(_ name: Bytes, _ address: Bytes, rest: Int, _ joined: Bytes) -> Bool {
    guard joined.count == name.count + 1 + address.count + rest, joined.hasPrefix(name), joined[name.count] == 0
    else { return false }
    return joined[(name.count + 1)..<(joined.count - rest)] == address
  }

  /// A NUL, which only damaged logs have, ends a name or address: it would begin the next part.
  private func join(_ name: Bytes, _ address: Bytes) {
    scratch.removeAll()
    scratch.write(name.prefix(name.firstIndex(of: 0) ?? name.count))
    scratch.write(byte: 0)
    scratch.write(address.prefix(address.firstIndex(of: 0) ?? address.count))
  }
}

/// A client or relay taken apart again.
package struct Peer {
  package var name: Bytes?
  package var address: Bytes?
  package var port: Int64?

  package init(_ joined: Bytes) {
    var cursor = ByteCursor(joined)
    name = cursor.take(upTo: 0).flatMap { $0.isEmpty ? nil : $0 }
    _ = cursor.take(UInt8(0))
    let rest = cursor.rest
    let end = rest.firstIndex(of: 0) ?? rest.count
    address = end > 0 ? rest[0..<end] : nil
    port = end < rest.count ? rest[(end + 1)..<rest.count].integer : nil
  }

  /// The same machine, reached through the loopback interface or a socket.
  package var isLoopback: Bool {
    if let address {
      return address.hasPrefix("127.") || address == "::1" || address.first == 0x2F || address.hasPrefix("private/")
    }
    return name.map { $0 == "localhost" } ?? false
  }
}
