import Bytes

@testable import Correlation

/// Hops made by hand: a line of it for each line of a log.
struct History {
  let lexicon = Lexicon()

  func hop(_ host: String, _ queueID: String) -> Hop {
    queueID.withBytes { Hop(host: name(host, lexicon.hosts), queueID: $0) }
  }

  func name(_ text: String, _ table: NameTable) -> NameID { Array(text.utf8).withBytes { table.intern($0) } }

  func fact(_ kind: HopFact.Kind, at seconds: Int64, _ text: String = "") -> Said {
    Said(fact: HopFact(kind, at: Timestamp(seconds: seconds)), text: text)
  }

  /// A client's line; `client` is `name[address]` in two words.
  func accepted(at seconds: Int64, from name: String, _ address: String) -> Said {
    var fact = HopFact(.accepted, at: Timestamp(seconds: seconds))
    fact.name = Array(name.utf8).withBytes { name in
      Array(address.utf8).withBytes { lexicon.client(name: name, address: $0) }
    }
    return Said(fact: fact)
  }

  func queued(at seconds: Int64, recipients: Int64 = 1) -> Said {
    var fact = HopFact(.queued, at: Timestamp(seconds: seconds))
    (fact.name, fact.size, fact.number) = (name("ann@example.com", lexicon.addresses), 1000, recipients)
    return Said(fact: fact)
  }

  /// A success that was handed to `relay` at `address`, and what queue id it gave.
  func sent(at seconds: Int64, relay: String, _ address: String, next: String = "") -> Attempt {
    var delivery = Delivery(
      time: Timestamp(seconds: seconds), recipient: name("bob@example.net", lexicon.addresses), status: .sent)
    delivery.transport = name("smtp", lexicon.words)
    delivery.relay = Array(relay.utf8).withBytes { relay in
      Array(address.utf8).withBytes { lexicon.relay(name: relay, address: $0, port: 25) }
    }
    return Attempt(delivery: delivery, next: next)
  }

  func resolve(_ hops: [Hop]) -> [[Hop]] {
    var messages: [[Hop]] = []
    Resolution(lexicon: lexicon).resolve(hops, notes: []) { messages.append($0) }
    return messages
  }
}

/// A fact with its text.
struct Said {
  var fact: HopFact
  var text = ""
}

/// A delivery without a reply, with the queue id that it was given.
struct Attempt {
  var delivery: Delivery
  var next: String
}

extension Hop {
  func add(_ said: Said) { said.text.withBytes { add(said.fact, text: $0) } }

  func add(_ attempt: Attempt) {
    attempt.next.withBytes { add(attempt.delivery, reply: .empty, nextQueueID: $0) }
  }
}
