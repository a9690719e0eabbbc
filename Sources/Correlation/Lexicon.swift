package import Bytes
package import Facts

/// The names that hops speak of, each once.
package final class Lexicon {
  /// Hosts that wrote logs.
  package let hosts = NameTable()
  /// Envelope addresses as written; the empty one is the null reverse-path.
  package let addresses = NameTable()
  /// Clients: name, NUL, address.
  package let clients = NameTable()
  /// Relays: name, NUL, address, NUL, port.
  package let relays = NameTable()
  /// Transports, enhanced codes, engines, users and other short words.
  package let words = NameTable()

  private var scratch = [UInt8]()
  /// The clients that were asked for last, by the process that named them: it serves one at a time.
  private var latestClients = [NameID](repeating: 0, count: 256)
  /// The relay that was asked for last.
  private var latestRelay: NameID = 0

  package init() {}

  package func client(of fact: Fact) -> NameID {
    guard fact[.clientName] != nil || fact[.clientAddress] != nil else { return 0 }
    let (name, address) = (fact[.clientName] ?? .empty, fact[.clientAddress] ?? .empty)
    let place = Int(truncatingIfNeeded: fact.pid & 255)
    if !Lexicon.joins(name, address, rest: 0, clients[latestClients[place]]) {
      latestClients[place] = client(name: name, address: address)
    }
    return latestClients[place]
  }

  package func client(name: Bytes, address: Bytes) -> NameID {
    join(name, address)
    return scratch.withBytes { clients.intern($0) }
  }

  package func relay(of fact: Fact) -> NameID {
    guard fact[.relayName] != nil || fact[.relayAddress] != nil else { return 0 }
    let (name, address, port) = (fact[.relayName] ?? .empty, fact[.relayAddress] ?? .empty, fact[.relayPort] ?? 0)
    // Only the most frequent port is recognised here.
    if port != 25 || !Lexicon.joins(name, address, rest: 3, relays[latestRelay])
      || !relays[latestRelay].hasSuffix("\u{0}25")
    {
      latestRelay = relay(name: name, address: address, port: port)
    }
    return latestRelay
  }

  package func relay(name: Bytes, address: Bytes, port: Int64) -> NameID {
    join(name, address)
    scratch.append(0)
    var digits = ByteWriter()
    if port > 0 {
      digits.write(port)
      scratch.append(contentsOf: digits.bytes)
    }
    return scratch.withBytes { relays.intern($0) }
  }

  /// Whether `joined` is `name`, NUL, `address`, and `rest` bytes more.
  private static func joins(_ name: Bytes, _ address: Bytes, rest: Int, _ joined: Bytes) -> Bool {
    guard joined.count == name.count + 1 + address.count + rest, joined.hasPrefix(name), joined[name.count] == 0
    else { return false }
    return joined[(name.count + 1)..<(joined.count - rest)] == address
  }

  private func join(_ name: Bytes, _ address: Bytes) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: UnsafeBufferPointer(start: name.start, count: name.count))
    scratch.append(0)
    scratch.append(contentsOf: UnsafeBufferPointer(start: address.start, count: address.count))
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
