import Bytes
import Correlation
import Facts

/// Finds refusals of which our own host was the client: its attempt tells what became of the recipient, so that the refusal is
/// not to be counted once more.
///
/// Both logs are there, the attempt names the refusing host as its relay, the refusal the other as its client, and both the same
/// sender and recipient, within the time that a transaction takes.
struct OwnRefusals {
  private let lexicon: Lexicon
  /// Hosts by the first label of their names, in lower case, and how many stand there.
  private var hosts: [[UInt8]: [NameID]] = [:]
  private var knownHosts = 0
  /// Our hosts that clients and relays are; 0 for others.
  private var ofClients: [NameID: NameID] = [:]
  private var ofRelays: [NameID: NameID] = [:]
  private var attempts: [UInt64: [Timestamp]] = [:]
  private var refusals: [UInt64: [(time: Timestamp, count: Int)]] = [:]
  private var remembered = 0

  init(_ lexicon: Lexicon) { self.lexicon = lexicon }

  /// Clients and relays have got other numbers.
  mutating func renew() { (ofClients, ofRelays) = ([:], [:]) }

  /// Whether the client of a refusal is another host of ours.
  mutating func isOwn(_ line: LineFact) -> Bool { client(of: line) != 0 }

  private mutating func client(of line: LineFact) -> NameID {
    guard line.client != 0 else { return 0 }
    learnHosts()
    if let known = ofClients[line.client] { return known == line.host ? 0 : known }
    let host = host(Peer(lexicon.clients[line.client]).name)
    if ofClients.count >= Limits.peersOfHosts { ofClients.removeAll() }
    ofClients[line.client] = host
    return host == line.host ? 0 : host
  }

  /// Takes a refusal; false if an attempt tells of it.
  mutating func counts(_ line: LineFact, _ count: Int) -> Bool {
    guard line.envelope != 0 else { return true }
    let client = client(of: line)
    guard client != 0 else { return true }
    let key = key(line.envelope, from: client, to: line.host)
    if attempts[key]?.contains(where: { OwnRefusals.belong(line.time, $0) }) ?? false { return false }
    guard remember() else { return true }
    refusals[key, default: []].append((line.time, count))
    return true
  }

  /// Takes an attempt; gives the refusals, counted already, of which it tells.
  mutating func told(by delivery: Delivery, of hop: Hop) -> [(time: Timestamp, count: Int)] {
    guard delivery.relay != 0, delivery.status == .bounced || delivery.status == .deferred,
      let sender = hop.summary.sender
    else { return [] }
    learnHosts()
    let relay: NameID
    if let known = ofRelays[delivery.relay] {
      relay = known
    } else {
      relay = host(Peer(lexicon.relays[delivery.relay]).name)
      if ofRelays.count >= Limits.peersOfHosts { ofRelays.removeAll() }
      ofRelays[delivery.relay] = relay
    }
    guard relay != 0, relay != hop.host, remember() else { return [] }
    let envelope = LineFact.envelope(lexicon.addresses[sender], lexicon.addresses[delivery.recipient])
    let key = key(envelope, from: hop.host, to: relay)
    attempts[key, default: []].append(delivery.time)
    guard let waiting = refusals[key] else { return [] }
    let told = waiting.filter { OwnRefusals.belong($0.time, delivery.time) }
    if !told.isEmpty { refusals[key] = waiting.filter { !OwnRefusals.belong($0.time, delivery.time) } }
    return told
  }

  private static func belong(_ refusal: Timestamp, _ attempt: Timestamp) -> Bool {
    attempt >= refusal.advanced(bySeconds: -Limits.clockJitter)
      && attempt <= refusal.advanced(bySeconds: Limits.longTransaction)
  }

  private mutating func remember() -> Bool {
    remembered += 1
    return remembered <= Limits.ownRefusals
  }

  private func key(_ envelope: UInt64, from client: NameID, to host: NameID) -> UInt64 {
    KeyedHash.fold(envelope ^ UInt64(client) << 32 ^ UInt64(host), KeyedHash.key)
  }

  // MARK: Hosts

  private mutating func learnHosts() {
    guard knownHosts < lexicon.hosts.count, lexicon.hosts.count <= Limits.hostsCompared else { return }
    for id in knownHosts..<lexicon.hosts.count {
      let host = NameID(id + 1)
      hosts[OwnRefusals.label(lexicon.hosts[host]), default: []].append(host)
    }
    knownHosts = lexicon.hosts.count
    renew()
  }

  private func host(_ name: Bytes?) -> NameID {
    guard let name else { return 0 }
    return hosts[OwnRefusals.label(name)]?.first { HostName.same(name, lexicon.hosts[$0]) } ?? 0
  }

  private static func label(_ name: Bytes) -> [UInt8] {
    name.prefix(name.firstIndex(of: 0x2E) ?? name.count).array.map(\.lowercased)
  }
}
