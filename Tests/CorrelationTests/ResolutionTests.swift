import Bytes
import Testing

@testable import Correlation

@Suite("hops become messages")
struct ResolutionTests {
  private let history = History()

  /// A hop on mx1 that handed its message to mx2, which gave it `next`.
  private func first(id: String, next: String, relay: String = "mx2.example.net") -> Hop {
    let hop = history.hop("mx1.example.net", "4XsQk12vZ3z1q")
    hop.add(history.accepted(at: 1000, from: "client.example", "192.0.2.7"))
    hop.add(history.fact(.messageID, at: 1000, id))
    hop.add(history.queued(at: 1000))
    hop.add(history.sent(at: 1002, relay: relay, "192.0.2.2", next: next))
    return hop
  }

  /// A hop on mx2 whose client was `client`.
  private func second(_ queueID: String, id: String?, at seconds: Int64 = 1001, client: String = "mx1.example.net")
    -> Hop
  {
    let hop = history.hop("mx2.example.net", queueID)
    hop.add(history.accepted(at: seconds, from: client, "192.0.2.1"))
    if let id { hop.add(history.fact(.messageID, at: seconds, id)) }
    hop.add(history.queued(at: seconds))
    return hop
  }

  @Test("a queue id that the reply named, with the same Message-ID, is certain")
  func reply() throws {
    let messages = history.resolve([second("BEEF01234", id: "a@b"), first(id: "a@b", next: "BEEF01234")])
    let message = try #require(messages.first)
    #expect(messages.count == 1)
    #expect(message.map { $0.queueID.string } == ["4XsQk12vZ3z1q", "BEEF01234"])
    #expect(message[1].link?.rule == .reply)
    #expect(message[1].link?.grade == .certain)
  }

  @Test("a queue id alone is nothing: another Message-ID, a stranger's client")
  func stranger() {
    let other = second("BEEF01234", id: "c@d", client: "stranger.example")
    #expect(history.resolve([first(id: "a@b", next: "BEEF01234"), other]).count == 2)
  }

  @Test("a message with two Message-IDs is one, whichever of them counts")
  func twoMessageIDs() {
    let next = second("BEEF01234", id: "z@y", client: "[192.0.2.1]")
    next.add(history.fact(.messageID, at: 1001, "a@b"))
    let hop = first(id: "z@y", next: "BEEF01234", relay: "192.0.2.2")
    next.add(history.fact(.messageID, at: 1002, "c@d"))
    #expect(history.resolve([hop, next]).count == 1)
  }

  @Test("a queue id that comes hours later is another message")
  func late() {
    #expect(
      history.resolve([first(id: "a@b", next: "BEEF01234"), second("BEEF01234", id: "a@b", at: 90_000)]).count == 2)
  }

  @Test("where one host has no Message-ID and only one side names the other, it is probable")
  func oneSided() throws {
    let messages = history.resolve([
      first(id: "a@b", next: "BEEF01234"), second("BEEF01234", id: nil, client: "stranger.example"),
    ])
    #expect(messages.count == 1)
    #expect(messages[0].last?.link?.grade == .probable)
  }

  @Test("a reply without a queue id joins by Message-ID, and is probable")
  func messageID() throws {
    let messages = history.resolve([first(id: "a@b", next: ""), second("BEEF01234", id: "a@b")])
    #expect(messages.count == 1)
    #expect(messages[0].last?.link?.rule == .messageID)
    #expect(messages[0].last?.link?.grade == .probable)
  }

  @Test("queue ids that name each other in a circle come to an end")
  func circle() {
    let one = history.hop("mx1", "BEEF01234")
    let two = history.hop("mx1", "BEEF05678")
    one.add(history.sent(at: 1000, relay: "localhost", "127.0.0.1", next: "BEEF05678"))
    two.add(history.sent(at: 1000, relay: "localhost", "127.0.0.1", next: "BEEF01234"))
    #expect(history.resolve([one, two]).flatMap { $0 }.count == 2)
  }

  @Test("the order in which hops are given does not matter")
  func order() {
    var shapes: Set<String> = []
    for reversed in [false, true] {
      let hops = [first(id: "a@b", next: "BEEF01234"), second("BEEF01234", id: "a@b"), second("BEEF05678", id: "x@y")]
      let messages = history.resolve(reversed ? hops.reversed() : hops)
      shapes.insert(
        messages.map { $0.map { $0.queueID.string }.joined(separator: ",") }.joined(
          separator: ";"))
    }
    #expect(shapes.count == 1)
  }

  @Test("a short host name is the long one, but not another's")
  func hostNames() {
    func same(_ a: String, _ b: String) -> Bool {
      Array(a.utf8).withBytes { a in Array(b.utf8).withBytes { HostName.same(a, $0) } }
    }
    #expect(same("mx1", "MX1.example.net"))
    #expect(!same("mx1.other.example", "mx1.example.net"))
    #expect(!same("", "mx1.example.net"))
  }
}
