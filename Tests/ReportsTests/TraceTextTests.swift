import Analysis
import Bytes
import Facts
import TestSupport
import Testing

@testable import Reports

@Suite("Traces as text")
struct TraceTextTests {
  func screen(_ message: MessageTrace, _ terminal: Terminal = TraceSample.plain) -> String {
    var out = ByteWriter()
    TraceText(terminal: terminal, zone: TraceSample.zone).write(message, to: &out)
    return out.string
  }

  @Test("a message over two hosts is told from the verdict to the evidence")
  func wholeScreen() {
    #expect(
      screen(TraceSample.relayed) == """
        Delivered to bob@example.net on mx2 after 2 h 46 min.

        Message-ID  <a@example.org>
        From        alice@example.org
        Subject     Invoice 7
        Size        18.2 KiB
        Seen        2026-10-24 02:11:09 – 2026-10-24 04:57:50 +02:00

        mx1 4bYx2k  2026-10-24 02:11:09 → 04:57:49 (2 h 46 m)
           from client.example.org[192.0.2.1], helo client, TLSv1.3
           4 attempts since 2026-10-24 02:11:10, last 2026-10-24 03:31:10 deferred bob@example.net:
              connection refused
           2026-10-24 04:57:49 sent bob@example.net to mx2.example.net[192.0.2.2]:25: 250 2.0.0 Ok:
              queued as 9ZZ
           └─ mx2 9ZZ  2026-10-24 04:57:49 → 04:57:50 (1.00 s)
                 joined by message-id, probable

        Recipient        Outcome    Where  Tries     After
        bob@example.net  delivered  mx2        6  2 h 46 m

        dkim    pass       example.org, by opendkim on mx1
        rspamd  no action  -1.5 of 15

        Evidence
        mail.log:12 Oct 24 02:11:09 mx1 postfix/qmgr[7]: 4bYx2k: x
        gone.log:1 (the source is gone or has changed)

        """)
  }

  @Test("on a narrow screen no line is longer than it, but for what cannot be broken")
  func narrow() {
    var message = TraceSample.relayed
    message.hops[0].host = TraceSample.text("mx1.a-host-with-a-long-name.example.net")
    message.recipients[0].mailbox = TraceSample.text("Archive of all that was ever written about 東京")
    let lines = screen(message, Terminal(width: 60, color: false)).split(separator: "\n").prefix { $0 != "Evidence" }
    #expect(lines.contains("mx1.a-host-with-a-long-name.example.net 4bYx2k"))
    #expect(lines.contains("   2026-10-24 02:11:09 → 04:57:49 (2 h 46 m)"))
    #expect(lines.contains("    into Archive of all that was ever written about 東京"))
    #expect(lines.allSatisfy { Escaping.width(String($0)) <= 62 }, "\(lines)")
  }

  @Test("a refusal shows each recipient's reply")
  func refusal() {
    #expect(
      screen(TraceSample.refused) == """
        Both recipients: refused by mx1 at RCPT.

        From  <> (null sender)
        Seen  2026-10-24 02:00:00 – 2026-10-24 02:00:01 +02:00

        mx1
           from [198.51.100.70]

        Recipient      Outcome   Where  Tries  After
        a@example.net  rejected  mx1        –      –  450 4.2.0 Greylisted
        b@example.net  rejected  mx1        –      –  550 5.1.1 User unknown

        """)
  }

  @Test("the verdict has the colour of the outcome, on a terminal only")
  func colour() {
    #expect(screen(TraceSample.refused, Terminal(width: 80, color: true)).hasPrefix("\u{1B}[31mBoth recipients"))
    #expect(screen(TraceSample.relayed, Terminal(width: 80, color: true)).hasPrefix("\u{1B}[32mDelivered"))
    #expect(!screen(TraceSample.relayed).utf8.contains(0x1B))
  }

  @Test("nothing from an input moves the cursor, breaks a line or turns the direction of text")
  func tricks() {
    let text = screen(TraceSample.hostile)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" })
    #expect(text.contains(#"Subject     \x1b[2J\x0aFrom: \u{202e}x\u{200b}\xff"#))
    #expect(!text.contains("\nFrom: "))
  }

  @Test("a reply is wrapped, never cut")
  func longReply() {
    var message = TraceSample.relayed
    let words = (0..<400).map { "word\($0)" }
    message.hops[0].deliveries[4].reply = TraceSample.text(words.joined(separator: " "))
    let text = screen(message, Terminal(width: 80, color: false))
    let shown = text.split(whereSeparator: { $0 == " " || $0 == "\n" }).filter { $0.hasPrefix("word") }
    #expect(shown.map(String.init) == words)
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("      ") && $0.count > 80 })
  }

  @Test("every hop is shown once, also in rings, behind unknown origins and very deep")
  func everyHopOnce() {
    func hops(_ links: [Int?]) -> [HopTrace] {
      links.enumerated().map { index, origin in
        var hop = HopTrace(id: "h\(index)", host: TraceSample.text("h\(index)"))
        hop.from = origin.map { LinkTrace(hop: "h\($0)", rule: "reply", grade: "certain") }
        return hop
      }
    }
    #expect(HopOrder.steps(of: hops([nil, 0, 0, 1])).map(\.hop) == [0, 1, 3, 2])
    #expect(HopOrder.steps(of: hops([nil, 0, 0, 1])).map(\.depth) == [0, 1, 2, 1])
    #expect(HopOrder.steps(of: hops([1, 0, 99])).map(\.hop) == [2, 0, 1])
    #expect(HopOrder.steps(of: hops([0])).map(\.hop) == [0])
    let chain = HopOrder.steps(of: hops([nil] + (0..<20_000).map { $0 }))
    #expect(chain.map(\.hop) == Array(0...20_000))
  }

  @Test("a list of many recipients and retries is written in bounded time")
  func manyDeliveries() {
    var message = TraceSample.relayed
    message.hops[0].deliveries = (0..<20_000).map {
      DeliveryTrace(
        time: TraceSample.time($0), recipient: TraceSample.text("r\($0 % 4000)@example.net"), status: "deferred",
        reply: [])
    }
    let text = screen(message)
    #expect(text.components(of: "5 attempts since") == 4000)
  }

  @Test("random bytes in every field are shown without control characters")
  func randomBytes() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("traces as text: seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let text = screen(TraceSample.filled { TraceSample.random(using: &random) }, Terminal(width: 80, color: false))
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
    }
  }
}

extension String {
  /// How often `part` occurs.
  func components(of part: StaticString) -> Int {
    withBytes { text in
      var count = 0
      var from = 0
      while let hit = text.firstIndex(of: part, from: from) {
        count += 1
        from = hit + 1
      }
      return count
    }
  }
}
