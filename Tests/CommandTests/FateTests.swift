import Foundation
import Testing

/// What became of each recipient, where the last line about it is not the whole truth.
struct FateTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Each recipient of each message with its outcome, and the ledger's remainder.
  private func fates(_ lines: [String]) throws -> [String] {
    let log = lines.map { "2026-11-25T10:\($0)\n" }.joined()
    try scratch.write(log, to: "mail.log")
    let run = try Executable.run(["trace", "--input", scratch.path("mail.log"), "--format", "json"])
    let messages = try #require(try run.json()["messages"] as? [[String: Any]])
    let recipients = messages.flatMap { $0["recipients"] as? [[String: Any]] ?? [] }
    let report = try Executable.run([
      "report", "--input", scratch.path("mail.log"), "--day", "2026-11-25", "--format", "json",
    ])
    let ledger = try #require(try report.json()["ledger"] as? [String: Any])
    #expect(ledger["remainder"] as? Int == 0)
    return recipients.map { "\($0["address"] as? String ?? "?") \($0["outcome"] as? String ?? "?")" }.sorted()
  }

  /// A message for two, which a filter took and answered with `reply`; for `passed` it came back.
  private func filtered(_ reply: String, passed: String?) -> [String] {
    let sent = "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (\(reply))"
    var lines = [
      "00:01.1+00:00 mx1 postfix/smtpd[1]: 4cG2yQ10Vnz2PRtG: client=a.example.org[192.0.2.7]",
      "00:01.2+00:00 mx1 postfix/cleanup[2]: 4cG2yQ10Vnz2PRtG: message-id=<1@example.org>",
      "00:01.3+00:00 mx1 postfix/qmgr[3]: 4cG2yQ10Vnz2PRtG: from=<ann@example.org>, size=597, nrcpt=2 (queue active)",
      "00:02.4+00:00 mx1 postfix/smtp[4]: 4cG2yQ10Vnz2PRtG: to=<bob@example.net>, \(sent)",
      "00:02.4+00:00 mx1 postfix/smtp[4]: 4cG2yQ10Vnz2PRtG: to=<eve@example.net>, \(sent)",
      "00:02.5+00:00 mx1 postfix/qmgr[3]: 4cG2yQ10Vnz2PRtG: removed",
    ]
    if let passed {
      lines += [
        "00:02.1+00:00 mx1 postfix/smtpd[5]: 4cG2yR2HPfz2PRtC: client=localhost[127.0.0.1], orig_queue_id=4cG2yQ10Vnz2PRtG, "
          + "orig_client=a.example.org[192.0.2.7]",
        "00:02.2+00:00 mx1 postfix/cleanup[2]: 4cG2yR2HPfz2PRtC: message-id=<1@example.org>",
        "00:02.3+00:00 mx1 postfix/qmgr[3]: 4cG2yR2HPfz2PRtC: from=<ann@example.org>, size=1332, nrcpt=1 (queue active)",
        "00:02.6+00:00 mx1 postfix/lmtp[6]: 4cG2yR2HPfz2PRtC: to=<\(passed)>, relay=mx1[private/lmtp], delay=0.1, "
          + "delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <\(passed)> Saved)",
        "00:02.7+00:00 mx1 postfix/qmgr[3]: 4cG2yR2HPfz2PRtC: removed",
      ]
    }
    return lines
  }

  @Test(
    "a filter that passes a message on for some says what it did for the others",
    arguments: [("1 DISCARD", "discarded"), ("1 BOUNCE", "bounced"), ("1 REJECT", "bounced"), ("", "delivered")])
  func partlyFiltered(others: String, outcome: String) throws {
    let reply = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4cG2yR2HPfz2PRtC"
    let found = try fates(filtered(others.isEmpty ? reply : reply + ", but " + others, passed: "eve@example.net"))
    #expect(found == (others.isEmpty ? [] : ["bob@example.net \(outcome)"]) + ["eve@example.net delivered"])
  }

  @Test("a filter that threw a message away for one and sent it back for the other does not say for whom which")
  func splitByFilter() throws {
    let found = try fates(filtered("250 2.5.0 Ok, id=17274-02, 1 BOUNCE, and 1 DISCARD", passed: nil))
    #expect(found == ["bob@example.net unknown", "eve@example.net unknown"])
  }

  @Test("as long as a filter's copy has not been delivered, it may be for either")
  func partlyFilteredSoFar() throws {
    let reply = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4cG2yR2HPfz2PRtC, but 1 DISCARD"
    let lines = filtered(reply, passed: "eve@example.net").dropLast(2)
    #expect(try fates(Array(lines)) == ["bob@example.net unknown", "eve@example.net unknown"])
  }

  /// The verdict of the filter on the message for `recipient`.
  private func blocked(_ recipient: String) -> String {
    "00:02.3+00:00 mx1 amavis[9]: (17274-02) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.7]:35336 [192.0.2.7] "
      + "<ann@example.org> -> \(recipient), quarantine: X/spam-Xt.gz, Queue-ID: 4cG2yQ10Vnz2PRtG, Message-ID: <1@example.org>, "
      + "mail_id: Xt, Hits: 12.3, size: 597, 214 ms"
  }

  @Test("what a filter threw away and kept a copy of is in quarantine")
  func quarantined() throws {
    let all = filtered("250 2.7.0 Ok, discarded, id=17274-02 - spam", passed: nil)
    #expect(
      try fates(all + [blocked("<bob@example.net>,<eve@example.net>")])
        == ["bob@example.net quarantined", "eve@example.net quarantined"])
    #expect(try fates(all) == ["bob@example.net discarded", "eve@example.net discarded"])
  }

  @Test("what waits in a queue is told before what a filter keeps, however much that is")
  func stuckBehindQuarantine() throws {
    let deferred = [
      "01:00.1+00:00 mx1 postfix/qmgr[3]: 4cG2yQ10Vnz2PRtX: from=<ann@example.org>, size=597, nrcpt=1 (queue active)",
      "01:00.2+00:00 mx1 postfix/smtp[4]: 4cG2yQ10Vnz2PRtX: to=<tom@example.com>, relay=none, delay=1, delays=0/0/1/0, "
        + "dsn=4.4.1, status=deferred (connect to mx.example.com[192.0.2.9]:25: Connection refused)",
    ]
    let all = filtered("250 2.7.0 Ok, discarded, id=17274-02 - spam", passed: nil) + deferred
    #expect(try fates(all + [blocked("<bob@example.net>,<eve@example.net>")]).count == 3)
    let stuck = try Executable.run(["stuck", "--input", scratch.path("mail.log"), "--format", "json"])
    let groups = try #require(try stuck.json()["groups"] as? [[String: Any]])
    #expect(groups.map { $0["count"] as? Int } == [1, 2])
  }

  @Test("a filter's log alone puts nobody in quarantine: its messages are another host's")
  func filterAlone() throws {
    #expect(try fates([blocked("<bob@example.net>")]) == [])
  }

  @Test("a verdict that names no queue id speaks of the message with its Message-ID")
  func quarantinedByMessageID() throws {
    let all = filtered("250 2.7.0 Ok, discarded, id=17274-02 - spam", passed: nil)
    let verdict = blocked("<bob@example.net>,<eve@example.net>").replacingOccurrences(
      of: "Queue-ID: 4cG2yQ10Vnz2PRtG, ", with: "")
    #expect(try fates(all + [verdict]) == ["bob@example.net quarantined", "eve@example.net quarantined"])
    let other = verdict.replacingOccurrences(of: "<1@example.org>", with: "<2@example.org>")
    #expect(try fates(all + [other]) == ["bob@example.net discarded", "eve@example.net discarded"])
  }

  @Test("a copy in quarantine is of those for whom the filter did not pass it on")
  func partlyQuarantined() throws {
    let reply = "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4cG2yR2HPfz2PRtC, but 1 DISCARD"
    #expect(
      try fates(filtered(reply, passed: "eve@example.net") + [blocked("<bob@example.net>")])
        == ["bob@example.net quarantined", "eve@example.net delivered"])
  }

  @Test("what was let out of quarantine is where it went then")
  func released() throws {
    let released = [
      "40:00.1+00:00 mx1 postfix/smtpd[5]: 4cG3jf2zPTz2PRQf: client=localhost[127.0.0.1]",
      "40:00.2+00:00 mx1 postfix/cleanup[2]: 4cG3jf2zPTz2PRQf: message-id=<1@example.org>",
      "40:00.3+00:00 mx1 postfix/qmgr[3]: 4cG3jf2zPTz2PRQf: from=<ann@example.org>, size=1332, nrcpt=1 (queue active)",
      "40:00.6+00:00 mx1 postfix/lmtp[6]: 4cG3jf2zPTz2PRQf: to=<bob@example.net>, relay=mx1[private/lmtp], delay=0.1, "
        + "delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <bob@example.net> Saved)",
      "40:00.7+00:00 mx1 postfix/qmgr[3]: 4cG3jf2zPTz2PRQf: removed",
    ]
    let all = filtered("250 2.7.0 Ok, discarded, id=17274-02 - spam", passed: nil)
    #expect(
      try fates(all + [blocked("<bob@example.net>,<eve@example.net>")] + released)
        == ["bob@example.net delivered", "eve@example.net quarantined"])
  }

  private let requeued = [
    "00:01.1+00:00 mx1 postfix/smtpd[1]: 0612AF9AB37: client=a.example.org[192.0.2.7]",
    "00:01.2+00:00 mx1 postfix/cleanup[2]: 0612AF9AB37: message-id=<1@example.org>",
    "00:01.3+00:00 mx1 postfix/qmgr[3]: 0612AF9AB37: from=<ann@example.org>, size=416, nrcpt=2 (queue active)",
    "00:01.4+00:00 mx1 postfix/smtp[4]: 0612AF9AB37: to=<bob@example.net>, relay=b.example.net[192.0.2.9]:25, delay=0.1, "
      + "delays=0/0/0/0.1, dsn=4.2.0, status=deferred (host b.example.net[192.0.2.9] said: 450 4.2.0 busy (in reply to RCPT TO command))",
    "00:01.5+00:00 mx1 postfix/postsuper[5]: 0612AF9AB37: requeued",
    "00:01.9+00:00 mx1 postfix/smtp[6]: 0612AF9AB37: to=<eve@example.com>, relay=c.example.com[192.0.2.8]:25, delay=1, "
      + "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
    "00:30.1+00:00 mx1 postfix/pickup[7]: 7ACB3F9A8B9: uid=102 from=<ann@example.org> orig_id=0612AF9AB37",
    "00:30.2+00:00 mx1 postfix/cleanup[2]: 7ACB3F9A8B9: message-id=<1@example.org>",
    "00:30.3+00:00 mx1 postfix/qmgr[3]: 7ACB3F9A8B9: from=<ann@example.org>, size=529, nrcpt=1 (queue active)",
    "00:30.4+00:00 mx1 postfix/smtp[4]: 7ACB3F9A8B9: to=<bob@example.net>, relay=b.example.net[192.0.2.9]:25, delay=30, "
      + "delays=30/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
    "00:30.5+00:00 mx1 postfix/qmgr[3]: 7ACB3F9A8B9: removed",
  ]

  @Test("a new queue entry takes over what the old one had not done")
  func takenOver() throws {
    #expect(try fates(requeued) == ["bob@example.net relayed", "eve@example.com relayed"])
  }

  @Test("where the new queue entry is not in the log, the old one has the last word")
  func requeuedOnly() throws {
    #expect(try fates(Array(requeued.prefix(6))) == ["bob@example.net deferred", "eve@example.com relayed"])
  }

  /// A process that accepts a message for a rule of `action`.
  private func ruled(_ second: Int, _ action: String, _ queueID: String, from sender: String, to recipient: String)
    -> [String]
  {
    [
      "00:0\(second).1+00:00 mx1 postfix/smtpd[1]: NOQUEUE: \(action): RCPT from a.example.org[192.0.2.7]: <\(sender)>: Sender "
        + "address \(action)s; from=<\(sender)> to=<\(recipient)> proto=ESMTP helo=<a.example.org>",
      "00:0\(second).2+00:00 mx1 postfix/smtpd[1]: \(queueID): client=a.example.org[192.0.2.7]",
    ]
  }

  private func received(_ second: Int, _ queueID: String) -> String {
    "00:0\(second).3+00:00 mx1 postfix/cleanup[2]: \(queueID): message-id=<\(queueID)@example.org>"
  }

  @Test("a rule that had no queue id yet is about the message that the process accepted next")
  func rules() throws {
    let lines =
      ruled(1, "discard", "28818F9AB20", from: "ann@example.org", to: "bob@example.net")
      + ruled(2, "hold", "A031FF9A89C", from: "eve@example.org", to: "dan@example.net") + [received(2, "A031FF9A89C")]
    #expect(try fates(lines) == ["bob@example.net discarded", "dan@example.net held"])
  }

  @Test("of two rules for one client in the same second, what was received is on hold and what was not is discarded")
  func rulesOfOneSecond() throws {
    let lines =
      ruled(1, "hold", "A031FF9A89C", from: "eve@example.org", to: "dan@example.net") + [received(1, "A031FF9A89C")]
      + ruled(1, "discard", "28818F9AB20", from: "ann@example.org", to: "bob@example.net")
    let coarse = lines.map { $0.replacing(/^(..:..)\.\d/) { $0.output.1 } }
    #expect(try fates(coarse) == ["bob@example.net discarded", "dan@example.net held"])
  }

  @Test("a message is on hold only if it was received")
  func abandonedHold() throws {
    #expect(try fates(ruled(1, "hold", "A031FF9A89C", from: "eve@example.org", to: "dan@example.net")) == [])
  }

  @Test("a client that names a recipient and goes away has sent no message")
  func callout() throws {
    let log = "2026-11-25T10:00:01.1+00:00 mx1 postfix/smtpd[1]: 4cG2yQ10Vnz2PRtG: client=a.example.org[192.0.2.7]\n"
    try scratch.write(log, to: "mail.log")
    let trace = try Executable.run(["trace", "--input", scratch.path("mail.log"), "--format", "json"])
    let message = try #require((try trace.json()["messages"] as? [[String: Any]])?.first)
    #expect(message["verdict"] as? String == "Begun by a client, but never received.")
    let report = try Executable.run(
      ["report", "--input", scratch.path("mail.log"), "--day", "2026-11-25", "--format", "json"])
    let totals = try #require(try report.json()["totals"] as? [String: Any])
    #expect((totals["messages"] as? [String: Any])?["received"] as? Int == 0)
    #expect((totals["events"] as? [String: Any])?["received"] as? Int == 1)
  }

  @Test("a redirection that had no queue id yet replaces all recipients")
  func redirected() throws {
    let lines =
      ruled(1, "redirect", "C2242F9A1AD", from: "eve@example.org", to: "dan@example.net") + [
        received(1, "C2242F9A1AD"),
        "00:01.4+00:00 mx1 postfix/qmgr[3]: C2242F9A1AD: from=<eve@example.org>, size=398, nrcpt=2 (queue active)",
        "00:01.5+00:00 mx1 postfix/smtp[4]: C2242F9A1AD: to=<abuse@example.net>, orig_to=<fay@example.net>, "
          + "relay=b.example.net[192.0.2.9]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
        "00:01.6+00:00 mx1 postfix/qmgr[3]: C2242F9A1AD: removed",
      ]
    #expect(
      try fates(lines) == ["abuse@example.net relayed", "dan@example.net expanded", "fay@example.net expanded"])
  }

  @Test("what is refused to a local user is bounced, and counts once")
  func localRefusal() throws {
    let lines = [
      "00:01.1+00:00 mx1 postfix/pickup[7]: 197CBF9A8D6: uid=0 from=<ann@example.net>",
      "00:01.2+00:00 mx1 postfix/cleanup[2]: 197CBF9A8D6: message-id=<1@example.net>",
      "00:01.3+00:00 mx1 postfix/cleanup[2]: 197CBF9A8D6: reject: header X-Act: no from local; from=<ann@example.net> "
        + "to=<bob@example.net>: 5.7.1 not here",
      "00:01.4+00:00 mx1 postfix/cleanup[2]: 197CBF9A8D6: to=<bob@example.net>, relay=none, delay=0.01, delays=0.01/0/0/0, "
        + "dsn=5.7.1, status=bounced (not here)",
      "00:01.5+00:00 mx1 postfix/bounce[8]: 197CBF9A8D6: sender non-delivery notification: 1A130F9AB39",
    ]
    #expect(try fates(lines) == ["bob@example.net bounced"])
  }
}
