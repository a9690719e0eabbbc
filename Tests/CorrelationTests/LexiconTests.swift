import Bytes
import TestSupport
import Testing

@testable import Correlation

@Suite("names of peers")
struct LexiconTests {
  /// Few bytes, so that parts that run into each other are met often.
  private func part(using random: inout SplitMix64) -> [UInt8] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in [0, 0x61, 0x35].randomElement(using: &random)! }
  }

  @Test("two numbers are never of clients or relays whose rows are the same, NULs in damaged lines included")
  func distinct() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let lexicon = Lexicon()
    var clients: [[[UInt8]?]: NameID] = [:]
    var relays: [[[UInt8]?]: NameID] = [:]
    for _ in 0..<20_000 {
      let (name, address) = (part(using: &random), part(using: &random))
      let port = [0, 5, 25, 55].randomElement(using: &random)! as Int64
      let client = name.withBytes { name in address.withBytes { lexicon.client(name: name, address: $0) } }
      let relay = name.withBytes { name in address.withBytes { lexicon.relay(name: name, address: $0, port: port) } }
      let (c, r) = (Peer(lexicon.clients[client]), Peer(lexicon.relays[relay]))
      let clientRow = [c.name?.array, c.address?.array]
      let relayRow = [r.name?.array, r.address?.array, r.port.map { Array(String($0).utf8) }]
      #expect(clients[clientRow] ?? client == client)
      #expect(relays[relayRow] ?? relay == relay)
      #expect(r.port ?? 0 == port)
      (clients[clientRow], relays[relayRow]) = (client, relay)
    }
  }
}
