import Bytes
import TestSupport
import Testing

@testable import Messages

@Suite("Heads of messages")
struct MessageHeadTests {
  static let sample = """
    Return-Path: <news@acme-industrial.example>
    Delivered-To: alice@example.net
    Received: from mailstore.example.net (localhost [127.0.0.1])
    \tby mailstore.example.net (Postfix) with ESMTP id 4jB60G24WXzC45P;
    \tFri, 23 Oct 2026 17:10:38 +0200 (CEST)
    Received: from mail.acme-industrial.example (mail.acme-industrial.example [198.51.100.10])
    \tby mx1.example.net (Postfix) with ESMTP id ED6FB166D7B
    \tfor <alice@example.net>; Fri, 23 Oct 2026 17:10:31 +0200 (CEST)
    Date: Fri, 23 Oct 2026 15:10:28 -0000
    From: "Smith, John" <john@acme-industrial.example>
    To: alice@example.net,
     frank@example.net
    Subject: =?utf-8?Q?Stra=C3=9Fen?=
     =?utf-8?Q?fest?=
    Message-ID: <c277abad4fb4e0b80fb9a222@acme-industrial.example>

    Body: no field

    """

  private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test("fields stand in their order, folded as they are, and end at the empty line", arguments: ["\n", "\r\n"])
  func readsFields(lineEnd: String) {
    let message = MessageHeadTests.sample.replacing("\n", with: lineEnd)
    message.withBytes { bytes in
      let head = MessageHead(bytes)
      #expect(head.fields.count == 9)
      #expect(head.fields[6].name == "To")
      #expect(text(FieldText.unfold(head.fields[6].value)) == "alice@example.net, frank@example.net")
      #expect(head.malformedLines == 0)
      #expect(head.bodyOffset.map { bytes.dropFirst($0).hasPrefix("Body: no field") } == true)
      #expect(head.fields[0].value == " <news@acme-industrial.example>")
    }
  }

  @Test("what people ask for has a name")
  func readsAccessors() {
    MessageHeadTests.sample.withBytes { bytes in
      let head = MessageHead(bytes)
      #expect(text(head.messageID) == "c277abad4fb4e0b80fb9a222@acme-industrial.example")
      #expect(text(head.subject) == "Straßenfest")
      #expect(head.from.map { text($0.address) } == ["john@acme-industrial.example"])
      #expect(text(head.from.first?.displayName) == "Smith, John")
      #expect(head.to.map { text($0.address) } == ["alice@example.net", "frank@example.net"])
      #expect(head.sender == nil)
      #expect(text(head.returnPath) == "news@acme-industrial.example")
      #expect(head.deliveredTo.map { text($0) } == ["alice@example.net"])
      #expect(head.date?.rfc3339 == "2026-10-23T15:10:28Z")
    }
  }

  @Test("the trace is told from the oldest hop, with the seconds between")
  func ordersTrace() {
    MessageHeadTests.sample.withBytes { bytes in
      let hops = MessageHead(bytes).received
      #expect(hops.map { text($0.id) } == ["ED6FB166D7B", "4jB60G24WXzC45P"])
      #expect(hops.map(\.seconds) == [nil, 7])
    }
  }

  @Test(
    "a Message-ID is read in odd forms",
    arguments: [
      ("<a@b>", "a@b"), ("a@b", "a@b"), (" <a@b> (added by x)", "a@b"), ("\r\n <a@b>", "a@b"), ("<a b@c>", "a b@c"),
      ("< a@b >", "a@b"), ("<a@b", "a@b"), ("<a@b> <c@d>", "a@b"),
    ])
  func readsMessageIDs(value: String, expected: String) {
    "message-id: \(value)\r\n\r\n".withBytes { #expect(text(MessageHead($0).messageID) == expected) }
  }

  @Test("an empty reverse-path and an empty Message-ID are told from missing ones")
  func tellsEmptyFromMissing() {
    "Return-Path: <>\nMessage-ID: <>\n\n".withBytes { bytes in
      #expect(MessageHead(bytes).returnPath == [])
      #expect(MessageHead(bytes).messageID == nil)
    }
    "X: y\n\n".withBytes { #expect(MessageHead($0).returnPath == nil) }
  }

  @Test("lines that are no fields are skipped and counted")
  func skipsMalformed() {
    ">From x\n continued\nSubject : old style\nno field\n\tcontinued\nTo: a@b\n".withBytes { bytes in
      let head = MessageHead(bytes)
      #expect(head.malformedLines == 4)
      #expect(head.fields.count == 2)
      #expect(text(head.subject) == "old style")
      #expect(head.bodyOffset == nil && !head.isLastFieldPartial)
    }
  }

  @Test("a message that is cut says less or the same, never something else")
  func readsTruncations() {
    MessageHeadTests.sample.withBytes { whole in
      let full = MessageHead(whole)
      for end in 0..<whole.count {
        let cut = MessageHead(whole.prefix(end))
        #expect(cut.fields.count <= full.fields.count)
        for value in [cut.messageID, cut.returnPath] where value != nil {
          #expect([full.messageID, full.returnPath].contains(value), "cut at \(end)")
        }
        #expect(cut.date == nil || cut.date == full.date)
        #expect(full.to.starts(with: cut.to))
        #expect((full.subject ?? []).starts(with: cut.subject ?? []))
        for hop in cut.received {
          let same = full.received.first { $0.from == hop.from }
          #expect(same != nil && (hop.time == nil || hop.time == same?.time))
          #expect(hop.id == nil || hop.id == same?.id)
        }
      }
    }
  }

  @Test("damaged messages never crash it")
  func survivesDamage() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let alphabet = Array(":\n\r \t()<>[]\"\\;=?,.@aé\u{0}".utf8)
    for _ in 0..<3000 {
      var bytes = Array(MessageHeadTests.sample.utf8)
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = alphabet.randomElement(using: &random)!
      }
      bytes.withBytes { exercise($0) }
      bytes.withBytes { exercise($0.prefix(Int.random(in: 0..<$0.count, using: &random))) }
    }
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0..<100, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.withBytes { exercise($0) }
    }
  }

  @Test("limits are kept, and said")
  func keepsLimits() {
    let many = String(repeating: "X: y\n", count: Limits.fields + 1)
    many.withBytes { bytes in
      #expect(MessageHead(bytes).fields.count == Limits.fields)
      #expect(MessageHead(bytes).cut == .fields)
    }
    let long = "Subject: a\nX: " + String(repeating: "y", count: Limits.headBytes)
    long.withBytes { bytes in
      let head = MessageHead(bytes)
      #expect(head.cut == .bytes && head.isLastFieldPartial)
      #expect(text(head.subject) == "a")
      #expect(head.first("X") == nil)
    }
  }
}

/// Asks a message for all that can be asked.
func exercise(_ bytes: Bytes) {
  let head = MessageHead(bytes)
  _ = head.fields.map { FieldText.unfold($0.value) }
  _ = (head.messageID, head.subject, head.from, head.to, head.sender, head.returnPath, head.deliveredTo, head.date)
  _ = head.received
  _ = MessageFormat.detect(bytes)
}
