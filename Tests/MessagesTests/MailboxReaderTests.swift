import Bytes
import TestSupport
import Testing

@testable import Messages

/// The messages of a mailbox.
func messages(in bytes: Bytes) -> [MailboxMessage] {
  var reader = MailboxReader()
  var found: [MailboxMessage] = []
  var position = 0
  while position < bytes.count {
    let end = bytes.firstIndex(of: 0x0A, from: position) ?? bytes.count
    if let message = reader.take(bytes[position..<end], at: Int64(position)) { found.append(message) }
    position = end + 1
  }
  if let message = reader.finish(at: Int64(bytes.count)) { found.append(message) }
  return found
}

@Suite("Mailboxes")
struct MailboxReaderTests {
  static let sample = """
    From alice@example.net  Mon Oct 26 08:22:04 2026
    From: a@example.net
    Subject: one

    From Russia with love
    >From me too

    From Russia with love
    Year: 1963

    From "odd sender"@example.net Mon Oct 26 08:22:07 2026
    Subject: two
    Content-Length: 100000

    short
    From - Mon, 26 Oct 2026 08:22:11 +0100
    Subject: three

    From the heart of it
    From - x

    From 1844347792267117879@xxx
    Subject: four

    """

  private func subjects(_ bytes: Bytes) -> [String] {
    messages(in: bytes).map { message in
      message.head.withBytes { String(decoding: MessageHead($0).subject ?? [], as: UTF8.self) }
    }
  }

  @Test("messages are separated by separators, and by nothing else", arguments: ["\n", "\r\n"])
  func separates(lineEnd: String) {
    MailboxReaderTests.sample.replacing("\n", with: lineEnd).withBytes { bytes in
      #expect(subjects(bytes) == ["one", "two", "three", "four"])
    }
  }

  @Test("a message knows where it lies and who sent it")
  func locates() throws {
    try MailboxReaderTests.sample.withBytes { bytes in
      let found = messages(in: bytes)
      let second = try #require(found.dropFirst().first)
      #expect(String(decoding: second.sender ?? [], as: UTF8.self) == "\"odd sender\"@example.net")
      let text = bytes[Int(second.range.lowerBound)..<Int(second.range.upperBound)]
      #expect(text == "Subject: two\nContent-Length: 100000\n\nshort\n")
      #expect(found.first?.separatorOffset == 0)
      #expect(found[2].sender == nil)
      let first = bytes[Int(found[0].range.lowerBound)..<Int(found[0].range.upperBound)]
      #expect(first.hasSuffix("Year: 1963\n"))
    }
  }

  @Test("a file without separators is one message")
  func readsOneMessage() {
    "Subject: one\n\nFrom here\n\nFrom there\n".withBytes { bytes in
      #expect(subjects(bytes) == ["one"])
      #expect(messages(in: bytes).first?.range == 0..<Int64(bytes.count))
    }
    #expect(messages(in: Bytes("")).isEmpty)
    #expect(messages(in: Bytes("From - \n")).isEmpty)
  }

  @Test("a head without end is kept up to the limit")
  func boundsHeads() {
    let line = "X-Long: " + String(repeating: "y", count: 1000) + "\n"
    ("From -\n" + String(repeating: line, count: 2000)).withBytes { bytes in
      let found = messages(in: bytes)
      #expect(found.count == 1)
      #expect(found.first.map { $0.isHeadCut && $0.head.count <= Limits.headBytes } == true)
    }
  }

  @Test("a mailbox that is cut has the same messages at its front")
  func readsTruncations() {
    MailboxReaderTests.sample.withBytes { bytes in
      let full = messages(in: bytes)
      for end in 0..<bytes.count {
        let cut = messages(in: bytes.prefix(end))
        #expect(full.starts(with: cut.dropLast()), "cut at \(end)")
      }
    }
  }

  @Test("random lines never crash it, and no byte belongs to two messages")
  func survivesDamage() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let pieces = ["From -", "From a@b", "From x Mon Oct 26 08:22:04 2026", "", "\r", "A: b", " c", ">From x", "text"]
    for _ in 0..<5000 {
      let lines = (0..<Int.random(in: 0..<20, using: &random)).map { _ in pieces.randomElement(using: &random)! }
      lines.joined(separator: "\n").withBytes { bytes in
        var end: Int64 = 0
        for message in messages(in: bytes) {
          #expect(message.range.lowerBound >= end && message.range.upperBound <= Int64(bytes.count))
          end = message.range.upperBound
        }
      }
    }
  }
}

@Suite("Recognising mail")
struct MessageFormatTests {
  @Test("messages and mailboxes are recognised by their heads")
  func recognises() {
    #expect(MessageHeadTests.sample.withBytes { MessageFormat.detect($0) } == .message)
    #expect(MailboxReaderTests.sample.withBytes { MessageFormat.detect($0) } == .mbox)
    #expect(MessageFormat.detect(Bytes("X-A: b\r\n c\r\nfrom: a@b\r\nTO: c@d\r\n")) == .message)
    #expect(MessageFormat.detect(Bytes("\u{FEFF}From -\nSubject: x\n")) == .mbox)
  }

  @Test(
    "logs, transcripts and other texts are not taken for mail",
    arguments: [
      "", "\n", "From: a@b\n", "From: a@b\nFrom: c@d\n\nTo: x\n", "X: a\nY: b\n\n", "Hello,\nFrom: a\nTo: b\n",
      "Nov 25 00:00:01 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n",
      "2026-11-25T00:00:01+00:00 mx1 exim: Subject: x\nFrom: a\nTo: b\n",
      "220 mx1 ESMTP\nMAIL FROM:<a@b>\n250 ok\nDATA\nFrom: a\nTo: b\n", "From Russia with love\nYear: 1963\n",
      " From: a\nTo: b\nSubject: c\n", "From: a@b\nTo: c",
      "{\"From\": 1}\n", "<- 220 mx1\n -> EHLO x\n",
    ])
  func refuses(text: String) {
    #expect(text.withBytes { MessageFormat.detect($0) } == nil)
  }
}
