import Bytes
import Testing

@testable import Correlation

@Suite("one key, several hops")
struct SplitTests {
  private let history = History()

  /// The lines of one message, all within three seconds.
  private func life(from seconds: Int64, id: String) -> [Said] {
    [
      history.accepted(at: seconds, from: "client.example", "192.0.2.7"), history.fact(.messageID, at: seconds, id),
      history.queued(at: seconds + 1), history.fact(.removed, at: seconds + 3),
    ]
  }

  @Test("a short queue id that is used again makes two hops, in any order of the lines")
  func shortID() {
    for reversed in [false, true] {
      let hop = history.hop("mx1", "BEEF01234")
      let facts = life(from: 1000, id: "one@example.com") + life(from: 5000, id: "two@example.com")
      for fact in reversed ? facts.reversed() : facts { hop.add(fact) }
      let parts = hop.split()
      #expect(parts.map(\.facts.count) == [4, 4])
      for part in parts { part.summarize(history.lexicon) }
      #expect(parts.map(\.summary.first.seconds) == [1000, 5000])
    }
  }

  @Test("a long queue id is one hop, whatever its lines say")
  func longID() {
    let hop = history.hop("mx1", "4XsQk12vZ3z1q")
    for fact in life(from: 1000, id: "one@example.com") + life(from: 5000, id: "two@example.com") { hop.add(fact) }
    #expect(hop.split().count == 1)
  }

  @Test("retries over days stay in one hop")
  func retries() {
    let hop = history.hop("mx1", "BEEF01234")
    for fact in life(from: 1000, id: "one@example.com").dropLast() { hop.add(fact) }
    for day in 0..<5 {
      hop.add(history.queued(at: 1000 + Int64(day) * 86400))
      hop.add(history.sent(at: 1001 + Int64(day) * 86400, relay: "", ""))
    }
    hop.add(history.fact(.removed, at: 1002 + 4 * 86400))
    #expect(hop.split().count == 1)
  }

  @Test("facts are a set: adding them again, in another order, changes nothing but for finer stamps")
  func idempotence() {
    let facts = life(from: 1000, id: "one@example.com")
    let (one, two) = (history.hop("mx1", "BEEF01234"), history.hop("mx1", "BEEF01234"))
    for fact in facts { one.add(fact) }
    for fact in facts.reversed() + facts {
      var finer = fact
      finer.fact.time = Timestamp(microseconds: finer.fact.time.microseconds + 250)
      two.add(fact)
      two.add(finer)
    }
    one.summarize(history.lexicon)
    two.summarize(history.lexicon)
    #expect(two.facts.map(\.kind) == one.facts.map(\.kind))
    #expect(two.facts.allSatisfy { $0.time.fraction == 250 })
  }

  @Test("the same attempt counts twice when one source has it twice, not when two sources have it once")
  func multiplicity() {
    let hop = history.hop("mx1", "BEEF01234")
    let attempt = history.sent(at: 1000, relay: "far.example", "192.0.2.9")
    for source in [1, 1, 2, 2] as [Int32] {
      hop.observe(attempt.delivery, reply: .empty, nextQueueID: .empty, source: source)
    }
    #expect(hop.deliveries.map(\.count) == [2])
  }

  @Test("texts of one hop end at their bound, its attempts do not")
  func boundedTexts() {
    let hop = history.hop("mx1", "BEEF01234")
    let reply = [UInt8](repeating: 0x78, count: 1 << 20)
    let attempts = Limits.textsOfHop / reply.count + 4
    for second in 0..<attempts {
      let attempt = history.sent(at: Int64(second), relay: "far.example", "192.0.2.9")
      reply.withBytes { hop.add(attempt.delivery, reply: $0, nextQueueID: .empty) }
    }
    #expect(hop.deliveries.count == attempts)
    #expect(hop[hop.deliveries[0].reply].count == reply.count)
    #expect(hop[hop.deliveries[attempts - 1].reply].isEmpty)
    #expect(hop.queueID == "BEEF01234")
  }

  @Test("a hop that is used again gives back what only a large mail needed")
  func memoryOfLargeHops() {
    let hop = history.hop("mx1", "BEEF01234")
    for second in 0..<5_000 {
      hop.add(history.sent(at: Int64(second), relay: "far.example", "192.0.2.9", next: "\(second)"))
    }
    #expect(hop.deliveries.capacity >= 5_000)
    hop.clear()
    #expect(hop.deliveries.capacity <= Limits.keptLinesOfHop)
    #expect(hop.deliveries.isEmpty)
  }
}
