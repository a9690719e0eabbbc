import Bytes

@testable import Correlation

/// Hops made by hand: a line of it for each line of a log.
struct History {
  let lexicon = Lexicon()

  func hop(_ host: String, _ queueID: String) -> Hop {
    Hop(host: name(host, lexicon.hosts), queueID: Array(queueID.utf8))
  }

  func name(_ text: String, _ table: NameTable) -> NameID { Array(text.utf8).withBytes { table.intern($0) } }

  func fact(_ kind: HopFact.Kind, at seconds: Int64, _ text: String = "") -> HopFact {
    var fact = HopFact(kind, at: Timestamp(seconds: seconds))
    fact.text = Array(text.utf8)
    return fact
  }

  /// A client's line; `client` is `name[address]` in two words.
  func accepted(at seconds: Int64, from name: String, _ address: String) -> HopFact {
    var fact = HopFact(.accepted, at: Timestamp(seconds: seconds))
    fact.name = Array(name.utf8).withBytes { name in
      Array(address.utf8).withBytes { lexicon.client(name: name, address: $0) }
    }
    return fact
  }

  func queued(at seconds: Int64, recipients: Int64 = 1) -> HopFact {
    var fact = HopFact(.queued, at: Timestamp(seconds: seconds))
    (fact.name, fact.size, fact.number) = (name("ann@example.com", lexicon.addresses), 1000, recipients)
    return fact
  }

  /// A success that was handed to `relay` at `address`, and what queue id it gave.
  func sent(at seconds: Int64, relay: String, _ address: String, next: String = "") -> Delivery {
    var delivery = Delivery(
      time: Timestamp(seconds: seconds), recipient: name("bob@example.net", lexicon.addresses), status: .sent)
    delivery.transport = name("smtp", lexicon.words)
    delivery.relay = Array(relay.utf8).withBytes { relay in
      Array(address.utf8).withBytes { lexicon.relay(name: relay, address: $0, port: 25) }
    }
    delivery.nextQueueID = Array(next.utf8)
    return delivery
  }

  func resolve(_ hops: [Hop]) -> [[Hop]] { Resolution.resolve(hops, notes: [], lexicon: lexicon) }
}
