import Foundation
import Testing

@Suite("What raw messages testify")
struct WitnessTests {
  private let message = """
    Return-Path: <hello@client.example>
    Received: from store.example (localhost [127.0.0.1])
    \tby mda.example with LMTP id LmtpSession1
    \tfor <bob@example.net>; Fri, 23 Oct 2026 17:10:05 +0200
    Received: from mail.client.example (mail.client.example [198.51.100.11])
    \tby mx1.example (Postfix) with ESMTPS id 4dkyKF1bcJz8lC9
    \tfor <bob@example.net>; Fri, 23 Oct 2026 17:10:00 +0200
    From: Hello <hello@client.example>
    To: bob@example.net
    Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
    Message-ID: <1@client.example>

    Text.

    """
  private let log = """
    2026-10-23T17:10:00+02:00 mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC9: client=mail.client.example[198.51.100.11]
    2026-10-23T17:10:00+02:00 mx1 postfix/cleanup[2]: 4dkyKF1bcJz8lC9: message-id=<1@client.example>
    2026-10-23T17:10:00+02:00 mx1 postfix/qmgr[3]: 4dkyKF1bcJz8lC9: from=<hello@client.example>, size=500, nrcpt=1 (queue active)
    2026-10-23T17:10:01+02:00 mx1 postfix/smtp[4]: 4dkyKF1bcJz8lC9: to=<bob@example.net>, relay=store.example[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 OK)
    2026-10-23T17:10:01+02:00 mx1 postfix/qmgr[3]: 4dkyKF1bcJz8lC9: removed

    """

  private func trace(_ inputs: [String: String]) throws -> [String: Any] {
    let scratch = try Scratch()
    for (name, text) in inputs { try Data(text.utf8).write(to: scratch[name]) }
    let run = try Executable.run(
      ["trace", "1@client.example", "--format", "json", "--input"] + inputs.keys.sorted().map { scratch[$0].path })
    #expect(run.status == 0, "\(run.complaint)")
    let messages = try #require(try run.json()["messages"] as? [[String: Any]])
    #expect(messages.count == 1)
    return try #require(messages.first)
  }

  @Test("a message completes the hops of a log, and adds those that no log has")
  func completes() throws {
    let message = try trace(["a.log": log, "b.eml": message])
    #expect(message["subject"] as? String == "Grüße")
    let hops = try #require(message["hops"] as? [[String: Any]])
    #expect(hops.map { $0["host"] as? String } == ["mx1", "mda.example"])
    #expect(hops.map { $0["helo"] as? String } == ["mail.client.example", "store.example"])
    #expect(hops[0]["protocol"] as? String == "ESMTPS")
    #expect(hops.map { $0["software"] as? String } == ["Postfix", nil])
    #expect(hops.map { $0["witness"] as? String } == [nil, "Received field"])
  }

  @Test("a message that no log names is traced by its own header")
  func alone() throws {
    let message = try trace(["b.eml": message])
    #expect((message["hops"] as? [Any])?.count == 2)
    #expect(message["outcome"] as? String == "unknown")
    #expect(message["sender"] as? String == "hello@client.example")
  }
}
