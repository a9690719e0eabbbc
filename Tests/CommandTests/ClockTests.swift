import Foundation
import Testing

@Suite("Clocks of hosts")
struct ClockTests {
  /// Ten messages from `mx1` to `store`, whose clock is `ahead` seconds ahead, and which takes three seconds to deliver.
  private func log(ahead: Int) -> String {
    (0..<10).map { n -> String in
      let accepted = 17 * 3600 + n * 60 + 10 + ahead
      func time(_ second: Int) -> String {
        String(format: "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60)
      }
      let (sent, a, b) = (String(format: "%02d", n), "4dkyKF1bcJz8lC\(n)", "4dkyKG1bcJz9mD\(n)")
      return """
        2026-10-23T17:\(sent):09.5Z mx1 postfix/smtpd[1]: \(a): client=mail.client.example[198.51.100.11]
        2026-10-23T17:\(sent):10.5Z mx1 postfix/smtp[4]: \(a): to=<bob@example.net>, relay=store.example[192.0.2.9]:25, delay=1, delays=0/0/0/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as \(b))
        2026-10-23T17:\(sent):10.5Z mx1 postfix/qmgr[5]: \(a): removed
        2026-10-23T\(time(accepted))Z store postfix/smtpd[7]: \(b): client=mx1.example[192.0.2.8]
        2026-10-23T\(time(accepted + 3)).5Z store postfix/local[8]: \(b): to=<bob@example.net>, relay=local, delay=3.5, delays=0/0/0/3.5, dsn=2.0.0, status=sent (delivered to mailbox)
        2026-10-23T\(time(accepted + 3)).5Z store postfix/qmgr[9]: \(b): removed

        """
    }.joined()
  }

  private func trace(ahead: Int, _ more: [String] = ["--format", "json"]) throws -> Executable.Run {
    let scratch = try Scratch()
    let path = try scratch.write(log(ahead: ahead), to: "mail.log")
    return try Executable.run(["trace", "4dkyKF1bcJz8lC4", "--timezone", "UTC"] + more + ["--input", path])
  }

  private func message(ahead: Int) throws -> [String: Any] {
    try #require((try trace(ahead: ahead).json()["messages"] as? [[String: Any]])?.first)
  }

  private func offsets(ahead: Int) throws -> [[String: Any]] {
    try message(ahead: ahead)["clock_offsets"] as? [[String: Any]] ?? []
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

  @Test("a delay from one host to the other is that of one clock; stamps stay as they are", arguments: [75, 0, -75])
  func delay(ahead: Int) throws {
    let message = try message(ahead: ahead)
    let recipient = try #require((message["recipients"] as? [[String: Any]])?.first)
    #expect(recipient["delay_seconds"] as? Double == 4)
    #expect((message["verdict"] as? String)?.hasSuffix("on store after 4.00 s.") == true)
    let hops = try #require(message["hops"] as? [[String: Any]])
    #expect(hops.map { $0["host"] as? String } == ["mx1", "store"])
    #expect(hops.map { $0["seconds"] as? Double } == [1, 3.5])
    let accepted = [-75: "17:02:55", 0: "17:04:10", 75: "17:05:25"]
    #expect(hops[1]["accepted"] as? String == "2026-10-23T\(accepted[ahead]!)Z")
  }

  @Test("messages that took long are not those between clocks that are apart")
  func longerThan() throws {
    #expect(try trace(ahead: 75, ["--longer-than", "60"]).status == 1)
    #expect(try trace(ahead: 75, ["--longer-than", "4"]).status == 0)
    #expect(try trace(ahead: -75, ["--longer-than", "5"]).status == 1)
  }

  @Test("people are told which clock is ahead, and what was corrected")
  func sentence() throws {
    #expect(
      try trace(ahead: 75, []).output.hasSuffix(
        """
        The clock of store is 1 m 15 s ahead of that of mx1, by 10 hops.
        Times stand as logged; how long it took on the whole is corrected.

        """))
    #expect(
      try trace(ahead: 7200, []).output.contains(
        "may come from a log that was read in a wrong time zone: see --log-timezone."))
    #expect(try !trace(ahead: 75, []).output.contains("--log-timezone"))
    #expect(try trace(ahead: -75, []).output.contains("The clock of store is 1 m 15 s behind that of mx1, by 10 hops."))
  }
}
