import Foundation
import Testing

/// Mail that goes through a host whose log is not there: what comes out behind it is guessed to be the same.
struct GuessTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    var lines: [String] = []
    /// A message in and out of a host.
    func add(_ minute: Int, _ host: String, _ id: String, from client: String, to recipient: String, by relay: String) {
      let tag = "2026-11-25T10:\(minute):00.1+00:00 \(host) postfix/"
      lines += [
        tag + "smtpd[1]: \(id): client=\(client)", tag + "cleanup[2]: \(id): message-id=<a1@example.com>",
        tag + "qmgr[3]: \(id): from=<ann@example.com>, size=900, nrcpt=1 (queue active)",
        tag
          + "smtp[4]: \(id): to=<\(recipient)>, relay=\(relay), delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)",
        tag + "qmgr[3]: \(id): removed",
      ]
    }
    let (client, gateway) = ("client.example.com[192.0.2.7]", "gw.example.net[198.51.100.9]")
    add(10, "mx1", "4XsQk10001zt2", from: client, to: "bob@example.net", by: gateway + ":25")
    add(11, "mx1", "4XsQk10002zt2", from: client, to: "eve@example.org", by: "mx.example.org[198.51.100.19]:25")
    add(12, "store", "4XsQk10003zt2", from: gateway, to: "Bob@example.net", by: "far.example.net[198.51.100.29]:25")
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "mail.log")
  }

  private func trace(_ query: String) throws -> [String: Any] {
    let run = try Executable.run(["trace", "--input", scratch.path("mail.log"), "--format", "json", "--", query])
    return try #require((try run.json()["messages"] as? [[String: Any]])?.first)
  }

  private func origin(_ message: [String: Any]) -> [String: String]? {
    (message["hops"] as? [[String: Any]])?.first?["from"] as? [String: String]
  }

  @Test("the message behind the gap says what may be the hop before, and the one before it how it may go on")
  func guess() throws {
    let link = { ["hop": $0, "rule": "message-id", "grade": "guess"] }
    let before = try trace("4XsQk10001zt2")
    #expect(before["continuations"] as? [[String: String]] == [link("store/4XsQk10003zt2")])
    #expect(before["outcome"] as? String == "relayed")
    #expect(origin(before) == nil)
    let behind = try trace("4XsQk10003zt2")
    #expect(origin(behind) == link("mx1/4XsQk10001zt2"))
    #expect(behind["continuations"] == nil)
    let text = try Executable.run(["trace", "--input", scratch.path("mail.log"), "--", "4XsQk10003zt2"]).output
    #expect(text.contains("\n   perhaps from mx1/4XsQk10001zt2 (same Message-ID, a guess)\n"))
  }

  @Test("the same mail to somebody else is not guessed to be one of them")
  func otherRecipient() throws {
    let other = try trace("4XsQk10002zt2")
    #expect(other["continuations"] == nil && origin(other) == nil)
  }

  @Test("a guess enters no total")
  func totals() throws {
    let report = try Executable.run(["report", "--format", "json", scratch.path("mail.log")]).json()
    let totals = (report["totals"] as? [String: Any])?["messages"] as? [String: Int]
    #expect(totals?["received"] == 3 && totals?["relayed"] == 3)
  }
}
