import Foundation
import Testing

@Suite("Clocks of hosts")
struct ClockTests {
  /// Ten messages from `mx1` to `store`, whose clock is `ahead` seconds ahead.
  private func log(ahead: Int) -> String {
    (0..<10).map { n -> String in
      let (sent, accepted) = (
        String(format: "%02d", n), String(format: "%02d:%02d", n + (10 + ahead) / 60, (10 + ahead) % 60)
      )
      let (a, b) = ("4dkyKF1bcJz8lC\(n)", "4dkyKG1bcJz9mD\(n)")
      return """
        2026-10-23T17:\(sent):09.5Z mx1 postfix/smtpd[1]: \(a): client=mail.client.example[198.51.100.11]
        2026-10-23T17:\(sent):10.5Z mx1 postfix/smtp[4]: \(a): to=<bob@example.net>, relay=store.example[192.0.2.9]:25, delay=1, delays=0/0/0/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as \(b))
        2026-10-23T17:\(accepted)Z store postfix/smtpd[7]: \(b): client=mx1.example[192.0.2.8]

        """
    }.joined()
  }

  private func offsets(ahead: Int) throws -> [[String: Any]] {
    let scratch = try Scratch()
    try Data(log(ahead: ahead).utf8).write(to: scratch["mail.log"])
    let run = try Executable.run(
      ["trace", "4dkyKF1bcJz8lC4", "--format", "json", "--input", scratch["mail.log"].path])
    let messages = try #require(try run.json()["messages"] as? [[String: Any]])
    return messages.first?["clock_offsets"] as? [[String: Any]] ?? []
  }

  @Test("a clock that is ahead shows in the hops that both hosts tell of")
  func ahead() throws {
    let offset = try #require(try offsets(ahead: 75).first)
    #expect(offset["from"] as? String == "mx1")
    #expect(offset["to"] as? String == "store")
    #expect(offset["offset_seconds"] as? Double == 75)
    #expect(offset["samples"] as? Int == 10)
  }

  @Test("clocks that agree are not spoken of")
  func together() throws {
    #expect(try offsets(ahead: 0).isEmpty)
  }
}
