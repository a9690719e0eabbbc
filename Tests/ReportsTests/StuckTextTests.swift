import Analysis
import Bytes
import Facts
import Testing

@testable import Reports

@Suite("What is stuck, as text")
struct StuckTextTests {
  func screen(_ groups: [StuckGroup]) -> String {
    var out = ByteWriter()
    StuckText(terminal: TraceSample.plain, zone: TraceSample.zone).write(groups, to: &out)
    return out.string
  }

  func group(count: Int) -> StuckGroup {
    var message = TraceSample.relayed
    message.recipients = ["a", "b"].map {
      var recipient = RecipientTrace(outcome: .deferred, host: TraceSample.text("mx2"))
      recipient.address = TraceSample.text("\($0)@example.net")
      return recipient
    }
    return StuckGroup(
      reason: TraceSample.text("connection \u{1B}refused"), outcome: .deferred, relay: TraceSample.text("mx3"),
      domain: TraceSample.text("example.net"), count: count, oldest: TraceSample.time(5), messages: [message])
  }

  @Test("a group names count, next host, domain, age, cause and messages")
  func wholeScreen() {
    #expect(
      screen([group(count: 2)]) == #"""
        2 recipients are not at their end. Times are those of Europe/Berlin.

        2 deferred, next host mx3, to example.net, oldest since 2026-10-24 02:00:05
          connection \x1brefused
            mx2/9ZZ  2026-10-24 02:11:09  a@example.net and 1 more

        """#)
  }

  @Test("one recipient is not several, and several causes are counted")
  func numbers() {
    #expect(screen([group(count: 1)]).hasPrefix("1 recipient is not at its end. Times"))
    #expect(
      screen([group(count: 1), group(count: 2)]).hasPrefix("3 recipients are not at their end, for 2 causes. Times"))
  }

  @Test("it is told when messages are left out")
  func more() { #expect(screen([group(count: 3)]).hasSuffix("    … see --limit 0 for all\n")) }

  @Test("the queue that is named is that in which it is stuck, not the last one of the path")
  func whichQueue() {
    var mixed = group(count: 2)
    mixed.messages[0].recipients = mixed.messages[0].recipients.map {
      var recipient = $0
      recipient.host = TraceSample.text("mx1")
      return recipient
    }
    mixed.messages[0].hops[0].standing = .deferred
    #expect(screen([mixed]).contains("    mx1/4bYx2k  2026-10-24 02:11:09  a@example.net and 1 more\n"))
  }

  @Test("a narrow screen is kept")
  func narrow() {
    var wide = group(count: 2)
    wide.relay = TraceSample.text("mx3.a-host-with-a-long-name.example.net")
    var out = ByteWriter()
    StuckText(terminal: Terminal(width: 60, color: false), zone: TraceSample.zone).write([wide], to: &out)
    #expect(out.string.split(separator: "\n").allSatisfy { Escaping.width(String($0)) <= 60 }, "\(out.string)")
    #expect(out.string.contains("a@example.net and 1 more"))
  }

  @Test("nothing stuck is said in a sentence")
  func nothing() { #expect(screen([]) == "Nothing is stuck.\n") }
}
