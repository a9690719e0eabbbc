import Analysis
import Bytes
import Facts
import Reports
import TestSupport

/// Messages made by hand: one that went over two hosts after four attempts, one that was refused, and one full of tricks.
enum TraceSample {
  static let zone = TimeZone(name: "Europe/Berlin", offset: 7200)
  static let plain = Terminal(width: 100, color: false)

  static func text(_ string: String) -> [UInt8] { Array(string.utf8) }

  /// Seconds after 2026-10-24 02:00:00 +02:00.
  static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(seconds: CivilTime(year: 2026, month: 10, day: 24).secondsSince1970 + seconds)
  }

  static var relayed: MessageTrace {
    var message = MessageTrace()
    message.messageID = text("a@example.org")
    message.subject = text("Invoice 7")
    message.sender = text("alice@example.org")
    message.size = 18_637
    (message.firstSeen, message.lastSeen) = (time(669), time(10_670))
    message.outcome = .delivered
    message.verdict = "Delivered to bob@example.net on mx2 after 2 h 46 min."
    var first = HopTrace(id: "mx1/4bYx2k", host: text("mx1"))
    first.queueID = text("4bYx2k")
    (first.accepted, first.released) = (time(669), time(10_669))
    first.client = PeerTrace(name: text("client.example.org"), address: text("192.0.2.1"))
    first.helo = text("client")
    first.tls = TLSTrace(version: text("TLSv1.3"), cipher: nil, bits: 256)
    first.deliveries = [670, 970, 1870, 5470].map {
      DeliveryTrace(
        time: time($0), recipient: text("bob@example.net"), status: "deferred", reply: text("connection refused"))
    }
    var sent = DeliveryTrace(
      time: time(10_669), recipient: text("bob@example.net"), status: "sent", reply: text("250 2.0.0 Ok: queued as 9ZZ")
    )
    sent.relay = PeerTrace(name: text("mx2.example.net"), address: text("192.0.2.2"), port: 25)
    sent.delay = 10_000_000_000
    sent.delays = (9_999_000_000, 0, 250_000, 750_000)
    first.deliveries.append(sent)
    var second = HopTrace(id: "mx2/9ZZ", host: text("mx2"))
    second.queueID = text("9ZZ")
    (second.accepted, second.released) = (time(10_669), time(10_670))
    second.from = LinkTrace(hop: "mx1/4bYx2k", rule: "message-id", grade: "probable")
    message.hops = [first, second]
    var recipient = RecipientTrace(outcome: .delivered, host: text("mx2"))
    recipient.address = text("bob@example.net")
    (recipient.attempts, recipient.delay) = (6, 10_001_000_000)
    message.recipients = [recipient]
    var spam = SpamTrace(engine: text("rspamd"))
    (spam.action, spam.score, spam.required) = (text("no action"), -1_500_000, 15_000_000)
    spam.symbols = text(#"[{"name":"R_SPF_ALLOW","score":-0.2}]"#)
    message.spam = [spam]
    var dkim = AuthenticationTrace(
      method: text("dkim"), result: text("pass"), by: text("mx1"), source: text("opendkim"))
    dkim.domain = text("example.org")
    message.authentication = [dkim]
    message.evidence = [
      EvidenceLine(
        source: "mail.log", line: 12, offset: 1024, text: text("Oct 24 02:11:09 mx1 postfix/qmgr[7]: 4bYx2k: x")),
      EvidenceLine(source: "gone.log", line: 1, offset: 0, text: nil),
    ]
    return message
  }

  /// Refused at RCPT for two reasons: no queue id, no attempt.
  static var refused: MessageTrace {
    var message = MessageTrace()
    message.sender = []
    (message.firstSeen, message.lastSeen) = (time(0), time(1))
    message.outcome = .rejected
    message.verdict = "Both recipients: refused by mx1 at RCPT."
    var hop = HopTrace(id: "mx1/2026-10-24T00:00:00Z/7", host: text("mx1"))
    hop.client = PeerTrace(name: nil, address: text("198.51.100.70"))
    message.hops = [hop]
    message.recipients = [("a@example.net", "450 4.2.0 Greylisted"), ("b@example.net", "550 5.1.1 User unknown")].map {
      var recipient = RecipientTrace(outcome: .rejected, host: text("mx1"))
      (recipient.address, recipient.reply) = (text($0.0), text($0.1))
      return recipient
    }
    return message
  }

  /// ESC, line feeds, a direction override and a broken byte in everything that an input can fill.
  static var hostile: MessageTrace {
    let trick = text("\u{1B}[2J\nFrom: \u{202E}x\u{200B}") + [0xFF]
    var message = filled { trick }
    message.verdict = "Delivered \u{1B}]0;x\u{7}\n"
    message.clockOffsets[0].offset = .min
    return message
  }

  /// The first sample with all texts from `text`.
  static func filled(_ text: () -> [UInt8]) -> MessageTrace {
    var message = relayed
    let word = String(decoding: text(), as: UTF8.self)
    message.verdict = word
    (message.messageID, message.subject, message.sender) = (text(), text(), text())
    message.hops[0].host = text()
    message.hops[0].queueID = text()
    message.hops[0].helo = text()
    message.hops[0].user = text()
    message.hops[0].client = PeerTrace(name: text(), address: text())
    message.hops[0].tls?.version = text()
    message.hops[0].deliveries[4].recipient = text()
    message.hops[0].deliveries[4].originalRecipient = text()
    message.hops[0].deliveries[4].reply = text()
    message.hops[0].deliveries[4].relay = PeerTrace(name: text(), address: nil)
    message.recipients[0].address = text()
    message.recipients[0].originalAddress = text()
    message.recipients[0].mailbox = text()
    message.recipients[0].host = text()
    message.authentication[0].reason = text()
    message.authentication[0].result = text()
    message.spam[0].engine = text()
    message.spam[0].action = text()
    message.spam[0].reason = text()
    message.children = [ChildTrace(relation: word, messageID: text(), queueID: nil)]
    message.clockOffsets = [ClockOffset(from: text(), to: text(), offset: 5, samples: 2)]
    message.evidence = [EvidenceLine(source: word, line: 1, offset: 0, text: text())]
    return message
  }

  /// Up to 40 random bytes.
  static func random(using random: inout SplitMix64) -> [UInt8] {
    (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
