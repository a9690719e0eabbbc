import Bytes
import Facts
import TestSupport
import Testing

@testable import Logs

@Suite("Heads of syslog lines")
struct SyslogHeadTests {
  @Test(
    "every form of a head is read",
    arguments: [
      (
        "Jan  5 00:00:16 mx2 postfix/smtpd[1543700]: connect from unknown[192.0.2.1]",
        "recognized 2026-01-05T00:00:16Z mx2 postfix/smtpd[1543700]: connect from unknown[192.0.2.1]"
      ),
      (
        "<22>Jan  5 00:00:16 mx2 dovecot: imap-login: Login",
        "recognized 2026-01-05T00:00:16Z mx2 dovecot[0]: imap-login: Login"
      ),
      ("Jan  5 00:00:16.123456 mx2 opendkim[9]: x", "recognized 2026-01-05T00:00:16.123456Z mx2 opendkim[9]: x"),
      ("Jan  5 00:00:16 2001:db8::25 a[1]: x", "recognized 2026-01-05T00:00:16Z 2001:db8::25 a[1]: x"),
      (
        "Jan  5 00:00:16 mx.example.net postfix-out/smtp[1] x",
        "recognized 2026-01-05T00:00:16Z mx.example.net postfix-out/smtp[1]: x"
      ),
      ("Jan  5 00:00:16 postfix/smtpd[1]: x", "recognized 2026-01-05T00:00:16Z  postfix/smtpd[1]: x"),
      ("Jan  5 00:00:16 mx2 a[thread-7]: x", "recognized 2026-01-05T00:00:16Z mx2 a[0]: x"),
      ("Jan  5 00:00:16 mx2 a[1]:", "recognized 2026-01-05T00:00:16Z mx2 a[1]: "),
      ("Jan  5 00:00:16 mx2 a[1]:  two\r", "recognized 2026-01-05T00:00:16Z mx2 a[1]:  two"),
      ("Jan  5 2025 00:00:16 mx2 a[1]: x", "recognized 2025-01-05T00:00:16Z mx2 a[1]: x"),
      (
        "Jan  5 00:00:16 mx2 postfix/smtpd[1]: [ID 197553 mail.info] connect from unknown[192.0.2.1]",
        "recognized 2026-01-05T00:00:16Z mx2 postfix/smtpd[1]: connect from unknown[192.0.2.1]"
      ),
      ("Jan  5 00:00:16 mx2 a[1]: [192.0.2.1]25: x", "recognized 2026-01-05T00:00:16Z mx2 a[1]: [192.0.2.1]25: x"),
      ("Jan  5 00:00:16 mx2 mail.info a/b[1]: x", "recognized 2026-01-05T00:00:16Z mx2 a/b[1]: x"),
      ("Jan  5 00:00:16 mx2 mail:warning a[1]: x", "recognized 2026-01-05T00:00:16Z mx2 a[1]: x"),
      ("Jan  5 00:00:16 <mail.info> mx2 a[1]: x", "recognized 2026-01-05T00:00:16Z mx2 a[1]: x"),
      ("2026-01-05T00:00:16Z mx2 mail.info a[1]: x", "recognized 2026-01-05T00:00:16Z mx2 a[1]: x"),
      ("Jan  5 00:00:16 mx2 cron[1]: (root) CMD", "ignored 2026-01-05T00:00:16Z mx2 cron[1]: (root) CMD"),
      (
        "2026-01-05T00:00:16.123456+01:00 mx2 postfix/qmgr[7]: x",
        "recognized 2026-01-04T23:00:16.123456Z mx2 postfix/qmgr[7]: x"
      ),
      ("<22>2026-01-05T00:00:16Z mx2 postfix/qmgr[7]: x", "recognized 2026-01-05T00:00:16Z mx2 postfix/qmgr[7]: x"),
      ("2026-01-05T00:00:16+0000 mx2 postfix/qmgr[7]: x", "recognized 2026-01-05T00:00:16Z mx2 postfix/qmgr[7]: x"),
      ("2026-01-05 00:00:16 mx2 postfix/qmgr[7]: x", "recognized 2026-01-05T00:00:16Z mx2 postfix/qmgr[7]: x"),
      ("2026-01-05 00:00:16+01:00 mx2 dovecot: x", "recognized 2026-01-04T23:00:16Z mx2 dovecot[0]: x"),
      (
        "<22>1 2026-01-05T00:00:16.5Z mx2 postfix/qmgr 7 - - x",
        "recognized 2026-01-05T00:00:16.500000Z mx2 postfix/qmgr[7]: x"
      ),
      (
        "<22>1 2026-01-05T00:00:16Z - a - ID1 [o ip=\"]\\\"\"][p] \u{FEFF}x", "recognized 2026-01-05T00:00:16Z  a[0]: x"
      ),
      ("<22>1 2026-01-05T00:00:16Z mx2 a 7 - -", "recognized 2026-01-05T00:00:16Z mx2 a[7]: "),
      (
        "2026-10-26 08:20:02 #102(rspamd_proxy) <8a1cdd>; milter; f: text",
        "recognized 2026-10-26T08:20:02Z  rspamd[102]<8a1cdd>: milter; f: text"
      ),
      ("2026-10-26 08:20:02.123 #9(main) <>; lua; x", "recognized 2026-10-26T08:20:02.123000Z  rspamd[9]: lua; x"),
    ])
  func readsHeads(line: String, expected: String) {
    #expect(SourceReading().describe(line) == expected)
  }

  @Test(
    "a line without a head is unrecognised, with its whole text and the default host",
    arguments: [
      "hello", "Jan  5 00:00:16", "Jan  5 00:00:16 mx2", "Jan  5 00:00:16 mx2 postfix/smtpd",
      "Jan  5 00:00:16 mx2 postfix/smtpd[81",
      "Jan  5 00:00:16 mx2 no tag here", "Jan  5 00:00:16 mx2 mail.info", "Jan  5 00:00:16 mx2 mail.info no tag here",
      "Jan  5 00:00:16 mx2 mail.infos a[1]: x", "Jan  5 00:00:16 <mail.info> mx2", "    continued",
      "2026-01-05 00:00:16 1abc-0001-X <= a@example.org",
      "2026-01-05 00:00:16 Warning: purging the environment", "2026-01-05 00:00:16 +0100 Start queue run: pid=1",
      "<22>1 - mx2 a 7 - - x", "<22>1 2026-01-05T00:00:16Z mx2 a 7 - [o x", "<22>1 2026-01-05T00:00:16Z mx2 a 7",
      "2026-10-26 08:20:02 #102(rspamd_proxy <8a1cdd>; milter", "{\"MESSAGE\":\"no time\"}",
    ])
  func refuses(line: String) {
    let read = SourceReading(host: "mx1.example.net").read(line)
    #expect(read.recognition == .unrecognized)
    #expect(read.text == line && read.host == "mx1.example.net" && read.program == "" && read.pid == 0)
  }

  @Test(
    "what the logging system says of itself is ignored",
    arguments: [
      "", "\r", "Jan  5 00:00:16 mx2 -- MARK --", "-- Boot 94741b907f794d9188e367d5b89b3480 --",
      "-- Logs begin at Fri 2026-10-23 15:10:22 UTC, end at Fri 2026-10-23 16:10:22 UTC. --",
    ])
  func ignores(line: String) { #expect(SourceReading().read(line).recognition == .ignored) }

  @Test("a host is completed where it is the first label of the name that was given")
  func completesHosts() {
    let source = SourceReading(host: "mx1.example.net")
    #expect(source.read("Jan  5 00:00:16 mx1 a[1]: x").host == "mx1.example.net")
    #expect(source.read("Jan  5 00:00:16 MX1 a[1]: x").host == "mx1.example.net")
    #expect(source.read("Jan  5 00:00:16 mx2 a[1]: x").host == "mx2")
    #expect(source.read("Jan  5 00:00:16 mx1.example.org a[1]: x").host == "mx1.example.org")
    #expect(source.read("2026-10-26 08:20:02 #1(main) <a>; x").host == "mx1.example.net")
    #expect(SourceReading(host: "mx1").read("Jan  5 00:00:16 MX1 a[1]: x").host == "mx1")
  }

  @Test("formats may change within a source")
  func mixes() {
    let source = SourceReading()
    #expect(source.read("Jan  5 00:00:16 mx2 a[1]: x").recognition == .recognized)
    #expect(source.read("2026-01-05T00:00:17Z mx2 a[1]: x").time == "2026-01-05T00:00:17Z")
    #expect(source.reader.format == .syslogRFC3339)
    #expect(source.read("Jan  5 00:00:18 mx2 a[1]: x").time == "2026-01-05T00:00:18Z")
    #expect(source.read("<22>1 2026-01-05T00:00:19Z mx2 a 1 - - x").time == "2026-01-05T00:00:19Z")
  }

  @Test("repeated messages are counted")
  func repeats() {
    let source = SourceReading()
    #expect(
      source.describe("Jan  5 00:00:16 mx2 a[1]: message repeated 3 times: [ lost connection]")
        == "recognized 2026-01-05T00:00:16Z mx2 a[1]: lost connection ×3")
    #expect(
      source.describe("Jan  5 00:00:17 mx2 last message repeated 2 times")
        == "recognized 2026-01-05T00:00:17Z mx2 a[1]: lost connection ×2")
    #expect(
      source.describe("Jan  5 00:00:18 mx2 syslogd: last message repeated 5 times")
        == "recognized 2026-01-05T00:00:18Z mx2 a[1]: lost connection ×5")
    #expect(source.read("Jan  5 00:00:18 mx3 last message repeated 2 times").recognition == .ignored)
    #expect(source.read("Jan  5 00:00:19 mx2 cron[1]: x").recognition == .ignored)
    #expect(source.read("Jan  5 00:00:20 mx2 last message repeated 2 times").recognition == .ignored)
    #expect(
      source.read("Jan  5 00:00:21 mx2 a[1]: message repeated 0 times: [ x]").text == "message repeated 0 times: [ x]")
    #expect(source.read("Jan  5 00:00:21 mx2 a[1]: message repeated 2 times: [ x").count == 1)
  }

  @Test("a source of more than a year is read right the second time")
  func moreThanAYear() {
    let lines = [
      "Mar  1 00:00:00 mx2 a[1]: x", "Dec 31 00:00:00 mx2 a[1]: x", "Jan  1 00:00:00 mx2 a[1]: x",
      "Jun  1 00:00:00 mx2 a[1]: x",
    ]
    let first = SourceReading(anchor: (2026, 6, 2))
    for line in lines { _ = first.read(line) }
    #expect(first.reader.firstYear == 2026 && first.reader.yearCorrection == -1)
    let second = SourceReading(anchor: (2026, 6, 2), year: 2025)
    #expect(lines.map { second.read($0).time.prefix(10) } == ["2025-03-01", "2025-12-31", "2026-01-01", "2026-06-01"])
    #expect(second.reader.yearCorrection == 0)
  }

  @Test("every truncation of a line says less or nothing, never something else")
  func truncations() {
    let good = [
      "Jan  5 00:00:16 mx2 postfix/smtpd[812]: connect from unknown[192.0.2.1]",
      "<22>2026-01-05T00:00:16.123456+01:00 mx2 postfix/smtpd[812]: connect from unknown[192.0.2.1]",
      "<22>1 2026-01-05T00:00:16Z mx2 postfix/smtpd 812 - [o ip=\"x\"] connect",
      "2026-10-26 08:20:02 #102(rspamd_proxy) <8a1cdd>; milter; f: text",
    ]
    for line in good {
      let whole = SourceReading().read(line)
      for end in line.utf8.indices {
        let read = SourceReading().read(Array(line.utf8[..<end]))
        guard read.recognition == .recognized else { continue }
        #expect(whole.text.hasPrefix(read.text), "\(read)")
        #expect(
          read.time == whole.time && read.host == whole.host && read.program == whole.program && read.pid == whole.pid,
          "\(read)")
      }
    }
  }

  @Test("random and spliced bytes never stop the reader")
  func randomBytes() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let good = [
      "Jan  5 00:00:16 mx2 postfix/smtpd[812]: connect", "2026-01-05T00:00:16.1+01:00 mx2 a[1]: x",
      "<22>1 2026-01-05T00:00:16Z mx2 a 8 - [o ip=\"x\"] c", "2026-10-26 08:20:02 #1(p) <8a>; milter; f: t",
      "Jan  5 00:00:17 mx2 last message repeated 2 times", "Jan  5 00:00:16 mx2 a[1]: message repeated 3 times: [ x]",
      "{\"__REALTIME_TIMESTAMP\":\"1792768222394813\",\"MESSAGE\":\"a\\u00e4\\n\"}",
    ].map { Array($0.utf8) }
    let source = SourceReading(host: "mx1.example.net")
    for _ in 0..<30000 {
      var line = good[Int.random(in: 0..<good.count, using: &random)]
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        line[Int.random(in: 0..<line.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let other = good[Int.random(in: 0..<good.count, using: &random)]
      line =
        Array(line.prefix(Int.random(in: 0...line.count, using: &random)))
        + other.suffix(Int.random(in: 0...other.count, using: &random))
      let read = source.read(line)
      #expect(read.text.utf8.count <= 3 * (line.count + good[0].count), "seed \(seed)")
    }
  }
}
