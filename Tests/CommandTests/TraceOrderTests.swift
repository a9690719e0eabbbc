import Foundation
import Testing

/// Messages of one address come newest first, however many others the store has and in whichever order it was filled.
struct TraceOrderTests {
  private let scratch: Scratch

  /// Eight hours of a message a minute: every fourth to often@, every hundredth to rarely@; the later hours are read first.
  init() throws {
    scratch = try Scratch()
    for (name, minutes) in [("later", 240..<480), ("earlier", 0..<240)] {
      let log = try scratch.write(minutes.map(Self.message).joined(), to: "\(name).log")
      let run = try Executable.run(["ingest", "--store", scratch.path("store")] + fixedLogs + [log])
      #expect(run.status == 0, "\(run.complaint)")
    }
  }

  private static func recipient(_ minute: Int) -> String {
    minute % 100 == 50 ? "rarely" : minute % 4 == 0 ? "often" : "other\(minute)"
  }

  private static func stamp(_ minute: Int, from hour: Int) -> String {
    String(format: "%02d:%02d", hour + minute / 60, minute % 60)
  }

  private static func message(_ minute: Int) -> String {
    let time = "Oct 24 \(stamp(minute, from: 8))"
    let id = "4dk\(minute + 1000)z"
    return """
      \(time):01 mx1 postfix/smtpd[9]: \(id): client=a.example.org[198.51.100.9]
      \(time):02 mx1 postfix/qmgr[7]: \(id): from=<Ann@example.org>, size=900, nrcpt=1 (queue active)
      \(time):03 mx1 postfix/smtp[8]: \(id): to=<\(recipient(minute))@example.net>, relay=b.example.net[192.0.2.9]:25, \
      delay=2, delays=1/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)
      \(time):04 mx1 postfix/qmgr[7]: \(id): removed
      \(time):05 mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from b.example.org[198.51.100.8]: 550 5.1.1 <often@example.net>: \
      Recipient address rejected: no; from=<eve@example.org> to=<often@example.net> proto=ESMTP helo=<b>

      """
  }

  /// When the messages of an answer began, as `10:17`, refusals with an `r`.
  private func times(_ arguments: [String]) throws -> [String] {
    let run = try Executable.run(
      ["trace", "--store", scratch.path("store"), "--timezone", "UTC", "--format", "json"] + arguments)
    let messages = try #require(try run.json()["messages"] as? [[String: Any]])
    return try messages.map { message in
      let time = try #require(message["first_seen"] as? String).dropFirst(11).prefix(5)
      return message["outcome"] as? String == "rejected" ? time + "r" : String(time)
    }
  }

  /// Stamps of the log are two hours ahead of UTC.
  private func expected(_ isWanted: (Int) -> Bool, refusals: Bool = false) -> [String] {
    (0..<480).reversed().flatMap { minute -> [String] in
      let stamp = Self.stamp(minute, from: 6)
      return (refusals ? [stamp + "r"] : []) + (isWanted(minute) ? [stamp] : [])
    }
  }

  @Test("all messages of a sender")
  func sender() throws {
    let all = expected { _ in true }
    #expect(try times(["Ann@example.org", "--limit", "0"]) == all)
    #expect(try times(["Ann@example.org"]) == Array(all.prefix(20)))
  }

  @Test("the messages of a rare recipient among many others")
  func rare() throws {
    #expect(try times(["rarely@example.net"]) == expected { $0 % 100 == 50 })
    #expect(try times(["--recipient", "rarely@example.net", "--limit", "2"]) == ["13:30", "11:50"])
  }

  @Test("messages and refusals of one recipient, in one order")
  func refused() throws {
    let all = expected({ $0 % 4 == 0 && $0 % 100 != 50 }, refusals: true)
    #expect(try times(["often@example.net", "--limit", "0"]) == all)
    #expect(try times(["often@example.net", "--limit", "7"]) == Array(all.prefix(7)))
    #expect(try times(["eve@example.org", "--limit", "3"]) == ["13:59r", "13:58r", "13:57r"])
  }

  @Test("a filter goes on until enough are found")
  func filtered() throws {
    #expect(
      try times(["often@example.net", "--until", "2026-10-24T06:09"]) == ["06:08r", "06:08", "06:07r", "06:06r"] + [
        "06:05r", "06:04r", "06:04", "06:03r", "06:02r", "06:01r", "06:00r", "06:00",
      ])
  }

  @Test("an address is found without case where it is not written so")
  func spelling() throws {
    #expect(try times(["ann@EXAMPLE.org", "--limit", "1"]) == ["13:59"])
    #expect(try times(["RARELY@example.NET", "--limit", "1"]) == ["13:30"])
    let run = try Executable.run(["trace", "--store", scratch.path("store"), "an@example.org"])
    #expect(run.status == 1)
  }
}
