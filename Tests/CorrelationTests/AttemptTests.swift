import Bytes
import Testing

@testable import Correlation

@Suite("attempts of a hop")
struct AttemptTests {
  private let history = History()

  private func attempt(_ recipient: Int, at seconds: Int64, _ status: Delivery.Status) -> Delivery {
    Delivery(
      time: Timestamp(seconds: seconds), recipient: history.name("\(recipient)@example.net", history.lexicon.addresses),
      status: status)
  }

  @Test("a line is known again, whether there are few recipients or many", arguments: [3, 63, 64, 65, 1000])
  func knownAgain(recipients: Int) {
    let hop = history.hop("mx1", "4XsQk12vZ3z1q")
    for source: Int32 in [1, 2, 2] {
      for recipient in 0..<recipients {
        hop.observe(attempt(recipient, at: 1000, .sent), reply: .empty, nextQueueID: .empty, source: source)
      }
    }
    #expect(hop.deliveries.count == recipients)
    #expect(hop.deliveries.allSatisfy { $0.count == 2 })
  }

  @Test("of several attempts for a recipient the last ends its story", arguments: [3, 63, 64, 65, 1000])
  func lastAttempts(recipients: Int) {
    let hop = history.hop("mx1", "4XsQk12vZ3z1q")
    for round: Int64 in 0..<2 {
      for recipient in 0..<recipients {
        hop.append(attempt(recipient, at: 1000 + round * 300, .deferred), reply: .empty, nextQueueID: .empty)
      }
    }
    let last = hop.deliveries.indices.filter { hop.isLastAttempt($0) }
    #expect(last == Array(recipients..<2 * recipients))
  }
}
