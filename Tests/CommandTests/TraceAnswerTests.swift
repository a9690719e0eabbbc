import Foundation
import Testing

/// What a trace finds, and what it says of it.
struct TraceAnswerTests {
  private func messages(_ log: String, _ query: [String]) throws -> [[String: Any]] {
    let scratch = try Scratch()
    let path = try scratch.write(log, to: "mail.log")
    let run = try Executable.run(["trace", "--format", "json"] + query + ["--input", path])
    return try #require(try run.json()["messages"] as? [[String: Any]])
  }

  /// Two messages to one mailbox, whose address was written in two ways.
  private let spellings = """
    2026-10-23T17:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC1: client=mail.client.example[198.51.100.11]
    2026-10-23T17:10:01Z mx1 postfix/local[4]: 4dkyKF1bcJz8lC1: to=<Carol@Example.org>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)
    2026-10-23T17:11:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC2: client=mail.client.example[198.51.100.11]
    2026-10-23T17:11:01Z mx1 postfix/local[4]: 4dkyKF1bcJz8lC2: to=<carol@example.org>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)

    """

  @Test(
    "an address is found in whatever case the log has it",
    arguments: ["carol@example.org", "CAROL@EXAMPLE.ORG", "Carol@Example.org", "<carol@example.org>"])
  func anyCase(query: String) throws {
    let found = try messages(spellings, [query])
    let ids = found.map { ($0["hops"] as? [[String: Any]])?.first?["queue_id"] as? String }
    #expect(ids == ["4dkyKF1bcJz8lC2", "4dkyKF1bcJz8lC1"])
  }

  @Test(
    "a message that is under way when a period begins is in it, however it is asked for",
    arguments: [[], ["b@y.example"]])
  func underWay(query: [String]) throws {
    let deferred = "to=<b@y.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (no route)"
    let log = """
      2026-10-23T17:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC1: client=x.example[198.51.100.11]
      2026-10-23T17:10:01Z mx1 postfix/smtp[4]: 4dkyKF1bcJz8lC1: \(deferred)
      2026-10-23T18:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC2: client=x.example[198.51.100.11]
      2026-10-23T18:10:01Z mx1 postfix/local[4]: 4dkyKF1bcJz8lC2: to=<b@y.example>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)
      2026-10-24T17:10:01Z mx1 postfix/smtp[4]: 4dkyKF1bcJz8lC1: \(deferred)
      2026-10-24T18:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC3: client=x.example[198.51.100.11]
      2026-10-24T18:10:01Z mx1 postfix/local[4]: 4dkyKF1bcJz8lC3: to=<b@y.example>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)

      """
    let found = try messages(log, query + ["--since", "2026-10-24", "--timezone", "UTC"])
    #expect(
      found.map { ($0["hops"] as? [[String: Any]])?.first?["queue_id"] as? String } == [
        "4dkyKF1bcJz8lC3", "4dkyKF1bcJz8lC1",
      ])
  }

  /// Put on hold by an access rule, before there was a queue id.
  private let held = """
    2026-10-23T17:10:00Z mx1 postfix/smtpd[289]: NOQUEUE: hold: RCPT from mail.client.example[198.51.100.11]: <x@client.example>: Sender address suspicious sender; from=<x@client.example> to=<alice@example.net> proto=ESMTP helo=<mail.client.example>
    2026-10-23T17:10:00Z mx1 postfix/smtpd[289]: 4dkyKF1bcJz8lC1: client=mail.client.example[198.51.100.11]
    2026-10-23T17:10:00Z mx1 postfix/cleanup[294]: 4dkyKF1bcJz8lC1: message-id=<1@client.example>

    """

  @Test("a message that a rule put on hold has the rule's reason and sender")
  func ruleOfHold() throws {
    let message = try #require(try messages(held, ["4dkyKF1bcJz8lC1"]).first)
    #expect(message["sender"] as? String == "x@client.example")
    #expect(
      message["verdict"] as? String
        == "On hold in the queue of mx1 for alice@example.net: Sender address suspicious sender.")
    let recipient = try #require((message["recipients"] as? [[String: Any]])?.first)
    #expect(recipient["reason"] as? String == "Sender address suspicious sender")
  }

  @Test("the same verdict from the same program stands once, and no time at all is said in words")
  func once() throws {
    let log = """
      2026-10-23T17:10:00Z mx1 policyd-spf[9]: None; identity=mailfrom; client-ip=198.51.100.11; helo=x.example; envelope-from=a@x.example; receiver=b@example.net
      2026-10-23T17:10:00Z mx1 policyd-spf[9]: None; identity=mailfrom; client-ip=198.51.100.11; helo=x.example; envelope-from=a@x.example; receiver=c@example.net
      2026-10-23T17:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC1: client=x.example[198.51.100.11]
      2026-10-23T17:10:00Z mx1 postfix/qmgr[3]: 4dkyKF1bcJz8lC1: from=<a@x.example>, size=500, nrcpt=1 (queue active)
      2026-10-23T17:10:00Z mx1 postfix/local[4]: 4dkyKF1bcJz8lC1: to=<b@example.net>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)

      """
    let message = try #require(try messages(log, ["4dkyKF1bcJz8lC1"]).first)
    #expect((message["authentication"] as? [Any])?.count == 1)
    #expect(message["verdict"] as? String == "Delivered to b@example.net on mx1 within a second.")
  }

  @Test("a rule that acted on another message of the same session is not told of this one")
  func otherRule() throws {
    let log = """
      2026-10-23T17:10:00Z mx1 postfix/smtpd[289]: NOQUEUE: discard: RCPT from x.example[198.51.100.11]: <a@x.example>: Sender address on the list; from=<a@x.example> to=<alice@example.net> proto=ESMTP helo=<x.example>
      2026-10-23T17:10:02Z mx1 postfix/smtpd[289]: 4dkyKF1bcJz8lC1: client=x.example[198.51.100.11]
      2026-10-23T17:10:02Z mx1 postfix/cleanup[294]: warning: 4dkyKF1bcJz8lC1: unreasonable virtual_alias_maps map nesting for b@example.net -- message not accepted, try again later

      """
    let message = try #require(try messages(log, ["4dkyKF1bcJz8lC1", "--evidence"]).first)
    #expect(message["sender"] == nil)
    #expect((message["evidence"] as? [Any])?.count == 2)
    #expect(message["outcome"] as? String == "rejected")
    let scratch = try Scratch()
    let path = try scratch.write(log, to: "mail.log")
    let senders = try Executable.run(["query", "top-senders", "--input", path])
    #expect(!senders.output.contains("a@x.example"))
  }

  @Test(
    "a client that is to come back later was refused for now", arguments: [(450, "Refused for now"), (550, "Refused")])
  func temporarily(code: Int, word: String) throws {
    let log = """
      2026-10-23T17:10:00Z mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from x.example[198.51.100.11]: \(code) 4.2.0 <b@example.net>: Recipient address rejected: Greylisted; from=<a@x.example> to=<b@example.net> proto=ESMTP helo=<x.example>

      """
    let message = try #require(try messages(log, ["b@example.net"]).first)
    #expect(
      message["verdict"] as? String
        == "\(word) by mx1 at RCPT for b@example.net: Recipient address rejected: Greylisted.")
  }

  /// What is said of a message with these delivery lines.
  private func verdict(_ deliveries: [String], _ more: [String] = []) throws -> String? {
    let lines =
      [
        "postfix/smtpd[1]: 4dkyKF1bcJz8lC1: client=x.example[198.51.100.11]",
        "postfix/cleanup[2]: 4dkyKF1bcJz8lC1: message-id=<1@x.example>",
        "postfix/qmgr[3]: 4dkyKF1bcJz8lC1: from=<a@x.example>, size=500, nrcpt=1 (queue active)",
      ] + deliveries.map { "postfix/smtp[4]: 4dkyKF1bcJz8lC1: " + $0 } + more
    let log = lines.map { "2026-10-23T17:10:00Z mx1 \($0)\n" }.joined()
    return try messages(log, ["4dkyKF1bcJz8lC1"]).first?["verdict"] as? String
  }

  @Test("a sentence names who refused once, and a transport not at all")
  func refusers() throws {
    let attempt = "delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced"
    #expect(
      try verdict([
        "to=<b@y.example>, relay=mx.y.example[192.0.2.1]:25, \(attempt) (host mx.y.example[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command))"
      ]) == "Bounced for b@y.example on mx1, refused by mx.y.example: 550 5.1.1 no (in reply to RCPT TO command).")
    #expect(
      try verdict(["to=<b@y.example>, relay=local, \(attempt) (maildir delivery failed: no space)"])
        == "Bounced for b@y.example on mx1: maildir delivery failed: no space.")
  }

  @Test("of several recipients that have the same end it is told where and when")
  func sameEnd() throws {
    let sent = "relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)"
    let lines = ["b", "c", "d"].map { "postfix/local[4]: 4dkyKF1bcJz8lC1: to=<\($0)@y.example>, \(sent)" }
    #expect(try verdict([], lines) == "3 recipients: all delivered on mx1 within a second.")
  }

  @Test("of several recipients with the same end but other reasons no reason is said to be that of all")
  func otherReasons() throws {
    let bounced = "relay=local, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced"
    #expect(
      try verdict(["to=<b@y.example>, \(bounced) (unknown user)", "to=<c@y.example>, \(bounced) (mailbox full)"])
        == "2 recipients: all bounced. Bounced for b@y.example on mx1: unknown user.")
  }

  @Test("what a Sieve script did is the reason, not that the server took it")
  func script() throws {
    let taken =
      "postfix/lmtp[4]: 4dkyKF1bcJz8lC1: to=<b@y.example>, relay=mx1[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <b@y.example> UG2QG2CX3Gr0 Saved)"
    let script = "dovecot: lmtp(b@y.example)<500><UG2QG2CX3Gr0>: sieve: msgid=<1@x.example>: "
    let discard = script + "discard action: Marked message to be discarded if not explicitly delivered (discard action)"
    #expect(
      try verdict([], [taken, discard])
        == "Discarded on mx1 for b@y.example: the recipient's Sieve script discarded it.")
    #expect(
      try verdict([], [taken, script + "reject action: rejected message from <a@x.example> (reject)"])
        == "Bounced for b@y.example on mx1: the recipient's Sieve script rejected it.")
  }

  @Test("what put a message off before is not why it is on hold; two recipients are both")
  func heldLater() throws {
    let deferred =
      "relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to y.example: Connection refused)"
    #expect(
      try verdict(["to=<b@y.example>, \(deferred)"], ["postfix/postsuper[9]: 4dkyKF1bcJz8lC1: placed on hold"])
        == "On hold in the queue of mx1 for b@y.example, put off before: connect to y.example: Connection refused.")
    #expect(
      try verdict(["to=<b@y.example>, \(deferred)", "to=<c@y.example>, \(deferred)"])
        == "Both recipients: still queued on mx1 after 1 attempt: connect to y.example: Connection refused.")
  }

  @Test("a trace that is cut off says how to see all")
  func limit() throws {
    let scratch = try Scratch()
    let path = try scratch.write(spellings, to: "mail.log")
    let all = try Executable.run(["trace", "--input", path])
    #expect(all.output.hasSuffix("\n\n2 messages.\n"))
    let some = try Executable.run(["trace", "--limit", "2", "--input", path])
    #expect(some.output.hasSuffix("\n\nThe newest 2 messages; --limit 0 is all.\n"))
  }

  @Test("a signature that was added has no result, which is no empty one")
  func addedSignature() throws {
    let log = """
      2026-10-23T17:10:00Z mx1 postfix/smtpd[1]: 4dkyKF1bcJz8lC1: client=mail.client.example[198.51.100.11]
      2026-10-23T17:10:00Z mx1 opendkim[76]: 4dkyKF1bcJz8lC1: DKIM-Signature field added (s=mail2026, d=example.net)

      """
    let message = try #require(try messages(log, ["4dkyKF1bcJz8lC1"]).first)
    let result = try #require((message["authentication"] as? [[String: Any]])?.first)
    #expect(result["method"] as? String == "dkim" && result["domain"] as? String == "example.net")
    #expect(result["result"] == nil)
  }
}
