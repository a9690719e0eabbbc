import TestSupport

// Postfix's lines, one method for each story.
extension MailLog {
  static let client = "mail.example.com[192.0.2.7]"

  mutating func addDelivered(at time: Int64) {
    let id = queueID()
    truth.received += 1
    truth.delivered += 2
    var now = accept("mx1", id, messageID: "d\(serial)@example.com", from: MailLog.client, recipients: 2, at: time)
    for user in ["bob", "eve"] {
      now = later(now)
      deliver(
        "mx1", id, to: "\(user)@example.net", by: "virtual", relay: "virtual", status: "sent", dsn: "2.0.0",
        reply: "delivered to maildir", at: now)
    }
    remove("mx1", id, at: later(now))
  }

  /// Over mx1 to mx2, which delivers it.
  mutating func addRelayed(at time: Int64) {
    let (first, second) = (queueID(), queueID())
    let messageID = "r\(serial)@example.com"
    truth.received += 1
    truth.delivered += 1
    let now = later(accept("mx1", first, messageID: messageID, from: MailLog.client, at: time))
    let there = accept("mx2", second, messageID: messageID, from: "mx1[192.0.2.1]", at: now)
    let handed = later(there)
    deliver(
      "mx1", first, to: "bob@example.net", by: "smtp", relay: "mx2[192.0.2.2]:25", status: "sent", dsn: "2.0.0",
      reply: "250 2.0.0 Ok: queued as \(second)", at: handed)
    remove("mx1", first, at: handed + 1)
    let stored = later(handed)
    deliver(
      "mx2", second, to: "bob@example.net", by: "virtual", relay: "virtual", status: "sent", dsn: "2.0.0",
      reply: "delivered to maildir", at: stored)
    remove("mx2", second, at: stored + 1)
  }

  /// Through a content filter that gives it back to the same host.
  mutating func addFiltered(at time: Int64) {
    let (first, second) = (queueID(), queueID())
    let messageID = "f\(serial)@example.com"
    truth.received += 1
    truth.relayed += 1
    let now = later(accept("mx1", first, messageID: messageID, from: MailLog.client, at: time))
    let back = accept(
      "mx1", second, messageID: messageID, from: "localhost[127.0.0.1]",
      original: ", orig_queue_id=\(first), orig_client=\(MailLog.client)", at: now)
    let handed = later(back)
    deliver(
      "mx1", first, to: "bob@example.org", by: "smtp", relay: "127.0.0.1[127.0.0.1]:10024", status: "sent",
      dsn: "2.0.0",
      reply: "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as \(second)", at: handed)
    remove("mx1", first, at: handed + 1)
    let sent = later(handed)
    deliver(
      "mx1", second, to: "bob@example.org", by: "smtp", relay: "far.example.org[198.51.100.9]:25", status: "sent",
      dsn: "2.0.0", reply: "250 2.0.0 Ok: queued as 77777", at: sent)
    remove("mx1", second, at: sent + 1)
  }

  /// An alias whose target is elsewhere.
  mutating func addForwarded(at time: Int64) {
    let (first, second) = (queueID(), queueID())
    let messageID = "w\(serial)@example.com"
    truth.received += 1
    truth.relayed += 1
    truth.hops += 1
    let now = later(accept("mx1", first, messageID: messageID, from: MailLog.client, at: time))
    add("mx1", now, "postfix/cleanup[41]: \(second): message-id=<\(messageID)>")
    let queued = later(now)
    add("mx1", queued, "postfix/qmgr[42]: \(second): from=<ann@example.com>, size=1000, nrcpt=1 (queue active)")
    deliver(
      "mx1", first, to: "carol@mx1.example.net", original: "carol@example.net", by: "local", relay: "local",
      status: "sent",
      dsn: "2.0.0", reply: "forwarded as \(second)", at: queued)
    remove("mx1", first, at: queued + 1)
    let sent = later(queued)
    deliver(
      "mx1", second, to: "carol@example.org", original: "carol@example.net", by: "smtp",
      relay: "far.example.org[198.51.100.9]:25", status: "sent", dsn: "2.0.0", reply: "250 Ok", at: sent)
    remove("mx1", second, at: sent + 1)
  }

  mutating func addBounced(at time: Int64) {
    let (first, second) = (queueID(), queueID())
    truth.received += 1
    truth.bounced += 1
    truth.hops += 1
    let now = later(accept("mx1", first, messageID: "b\(serial)@example.com", from: MailLog.client, at: time))
    deliver(
      "mx1", first, to: "nobody@example.org", by: "smtp", relay: "far.example.org[198.51.100.9]:25", status: "bounced",
      dsn: "5.1.1",
      reply: "host far.example.org[198.51.100.9] said: 550 5.1.1 No such user (in reply to RCPT TO command)",
      at: now)
    let made = later(now)
    add("mx1", made, "postfix/cleanup[41]: \(second): message-id=<\(serial).bounce@mx1>")
    add("mx1", made + 1, "postfix/bounce[44]: \(first): sender non-delivery notification: \(second)")
    add("mx1", made + 2, "postfix/qmgr[42]: \(second): from=<>, size=3000, nrcpt=1 (queue active)")
    remove("mx1", first, at: made + 3)
    let sent = later(made)
    deliver(
      "mx1", second, to: "ann@example.com", by: "smtp", relay: "mail.example.com[192.0.2.7]:25", status: "sent",
      dsn: "2.0.0", reply: "250 Ok", at: sent)
    remove("mx1", second, at: sent + 1)
  }

  /// Put off twice; then sent, or not yet.
  mutating func addRetried(at time: Int64) {
    let id = queueID()
    truth.received += 1
    var now = accept("mx1", id, messageID: "t\(serial)@example.com", from: MailLog.client, at: time)
    for _ in 0..<2 {
      now = later(now)
      deliver(
        "mx1", id, to: "slow@example.org", by: "smtp", relay: "none", status: "deferred", dsn: "4.4.1",
        reply: "connect to far.example.org[198.51.100.9]:25: Connection timed out", at: now)
      now = later(now, by: 300_000_000...1_800_000_000)
      add("mx1", now, "postfix/qmgr[42]: \(id): from=<ann@example.com>, size=\(900 + serial), nrcpt=1 (queue active)")
    }
    now = later(now)
    let isSent = Bool.random(using: &random)
    deliver(
      "mx1", id, to: "slow@example.org", by: "smtp", relay: isSent ? "far.example.org[198.51.100.9]:25" : "none",
      status: isSent ? "sent" : "deferred", dsn: isSent ? "2.0.0" : "4.4.1",
      reply: isSent ? "250 Ok" : "connect to far.example.org[198.51.100.9]:25: Connection refused", at: now)
    if isSent {
      truth.relayed += 1
      remove("mx1", id, at: now + 1)
    } else {
      truth.deferred += 1
    }
  }

  /// `NOQUEUE: hold`: the rule speaks before there is a queue id, and the queue manager never sees the message.
  mutating func addHeld(at time: Int64) {
    let id = queueID()
    let process = newProcess()
    truth.received += 1
    truth.receivedEvents += 1
    truth.held += 1
    truth.hops += 1
    add("mx1", time + 1, "postfix/smtpd[\(process)]: connect from \(MailLog.client)")
    let held = later(time)
    add(
      "mx1", held,
      "postfix/smtpd[\(process)]: NOQUEUE: hold: RCPT from \(MailLog.client): <ann@example.com>: "
        + "Sender address triggers HOLD action; from=<ann@example.com> "
        + "to=<held\(serial)@example.net> proto=ESMTP helo=<mail.example.com>"
    )
    add("mx1", held + 1000, "postfix/smtpd[\(process)]: \(id): client=\(MailLog.client)")
    let cleaned = later(held + 1000)
    add("mx1", cleaned, "postfix/cleanup[41]: \(id): message-id=<h\(serial)@example.com>")
    add(
      "mx1", later(cleaned),
      "postfix/smtpd[\(process)]: disconnect from \(MailLog.client) ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
  }

  /// Three equal refusals within one second, and one of another recipient.
  mutating func addRejected(at time: Int64) {
    serial += 1
    let process = newProcess()
    let second = (time / 1_000_000 + 1) * 1_000_000
    add("mx1", second - 1, "postfix/smtpd[\(process)]: connect from unknown[203.0.113.5]")
    for (step, recipient) in ["x", "x", "y", "x"].enumerated() {
      truth.rejections += 1
      add(
        "mx1", second + 100 + Int64(step),
        "postfix/smtpd[\(process)]: NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 554 5.7.1 "
          + "<\(recipient)@example.org>: Relay access denied; from=<spam@example.com> "
          + "to=<\(recipient)@example.org> proto=ESMTP helo=<spam>"
      )
    }
    add(
      "mx1", second + 1_000_700,
      "postfix/smtpd[\(process)]: disconnect from unknown[203.0.113.5] ehlo=1 mail=1 rcpt=0/4 quit=1 commands=3/7")
  }

  /// A session whose client went away long after it came.
  mutating func addLost(at time: Int64) {
    serial += 1
    let process = newProcess()
    let end = later(time, by: 5_000_000...300_000_000)
    add("mx1", time + 1, "postfix/smtpd[\(process)]: connect from unknown[203.0.113.9]")
    add("mx1", end, "postfix/smtpd[\(process)]: lost connection after EHLO from unknown[203.0.113.9]")
    add("mx1", end + 50, "postfix/smtpd[\(process)]: disconnect from unknown[203.0.113.9] ehlo=1 commands=1")
  }

  /// Clients of the one process that screens them all: one is handed on, one goes away, one is not heard of again.
  mutating func addScreened(at time: Int64) {
    serial += 1
    let clients = [
      "[192.0.2.7]:\(20_000 + serial)", "[203.0.113.5]:\(30_000 + serial)", "[203.0.113.9]:\(40_000 + serial)",
    ]
    var now = time
    for client in clients {
      now = later(now)
      add("mx1", now, "postfix/postscreen[45]: CONNECT from \(client) to [192.0.2.1]:25")
    }
    now = later(now, by: 1000...6_000_000)
    add("mx1", now, "postfix/postscreen[45]: PASS OLD \(clients[0])")
    add("mx1", now + 10, "postfix/postscreen[45]: DISCONNECT \(clients[1])")
  }

  /// A client that is told of a second recipient that there is no such user, and sends to the first.
  mutating func addPartlyRejected(at time: Int64) {
    let id = queueID()
    let process = newProcess()
    truth.received += 1
    truth.receivedEvents += 1
    truth.delivered += 1
    truth.rejections += 1
    truth.hops += 1
    add("mx1", time + 1, "postfix/smtpd[\(process)]: connect from \(MailLog.client)")
    let accepted = later(time)
    add("mx1", accepted, "postfix/smtpd[\(process)]: \(id): client=\(MailLog.client)")
    let refused = later(accepted)
    add(
      "mx1", refused,
      "postfix/smtpd[\(process)]: \(id): reject: RCPT from \(MailLog.client): 550 5.1.1 <no\(serial)@example.net>: "
        + "Recipient address rejected: User unknown; from=<ann@example.com> to=<no\(serial)@example.net> proto=ESMTP "
        + "helo=<mail.example.com>")
    let cleaned = later(refused)
    add("mx1", cleaned, "postfix/cleanup[41]: \(id): message-id=<p\(serial)@example.com>")
    let queued = later(cleaned)
    add("mx1", queued, "postfix/qmgr[42]: \(id): from=<ann@example.com>, size=800, nrcpt=1 (queue active)")
    add(
      "mx1", later(queued),
      "postfix/smtpd[\(process)]: disconnect from \(MailLog.client) ehlo=1 mail=1 rcpt=1/2 data=1 quit=1 commands=5/6")
    let stored = later(queued)
    deliver(
      "mx1", id, to: "bob@example.net", by: "virtual", relay: "virtual", status: "sent", dsn: "2.0.0",
      reply: "delivered to maildir", at: stored)
    remove("mx1", id, at: stored + 1)
  }

  /// One short queue id twice on mx1, an hour apart, and at the same time on mx2.
  mutating func addReusedID(at time: Int64) {
    for (host, start, name) in [
      ("mx1", time, "u1"), ("mx2", time + 100_000, "u2"), ("mx1", time + 3_600_000_000, "u3"),
    ] {
      serial += 1
      truth.received += 1
      truth.delivered += 1
      let now = later(accept(host, MailLog.reusedID, messageID: "\(name)@example.com", from: MailLog.client, at: start))
      deliver(
        host, MailLog.reusedID, to: "\(name)@example.net", by: "virtual", relay: "virtual", status: "sent",
        dsn: "2.0.0",
        reply: "delivered to maildir", at: now)
      remove(host, MailLog.reusedID, at: now + 1)
    }
  }

  static let reusedID = "BEEF01234"
}
