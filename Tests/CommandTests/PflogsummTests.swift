import Foundation
import Testing

/// Our events against the real pflogsumm's Grand Totals.
struct PflogsummTests {
  /// The counters under `Grand Totals`, by their words; sizes are left out, since pflogsumm rounds them.
  private func counters(_ text: some StringProtocol) -> [String: Int] {
    var counters: [String: Int] = [:]
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("Grand Totals") { isInside = true }
      if line.hasPrefix("Per-") { break }
      let words = line.split { " ()".contains($0) }.filter { !$0.hasSuffix("%") }
      guard isInside, let number = words.first.flatMap({ Int($0) }), words.count > 1 else { continue }
      if let second = words.firstIndex(of: "deferrals") { counters["deferrals"] = Int(words[second - 1]) }
      let name = words.dropFirst().prefix { Int($0) == nil }.joined(separator: " ")
      counters[name] = number
    }
    return counters
  }

  @Test("the layout of pflogsumm has pflogsumm's numbers")
  func story() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/pflogsumm") else {
      print("skipped: pflogsumm is not installed")
      return
    }
    let real = try Executable.shell("cat story/mx1/mail.log story/store/mail.log | /usr/sbin/pflogsumm 2>/dev/null")
    let ours = try Executable.run(["report", "--as", "pflogsumm"] + fixed + ["story"])
    let (expected, found) = (counters(real.output), counters(ours.output))
    #expect(expected["received"] == 8)
    // pflogsumm counts the null sender as a domain of its own; the report does not.
    for (name, number) in expected where name != "sending hosts/domains" {
      #expect(found[name] == number, "\(name)")
    }
  }

  /// Lines that pflogsumm counts in its own way.
  private let oddities = """
    2026-10-24T10:00:00Z mx1 postfix/smtpd[1]: 85222166F9D: client=mail.client.example[198.51.100.11]
    2026-10-24T10:00:00Z mx1 postfix/cleanup[2]: 85222166F9D: warning: header Subject: Warn me from mail.client.example[198.51.100.11]; from=<a@client.example> to=<d@example.net> proto=ESMTP helo=<mail.client.example>: watch this one
    2026-10-24T10:00:00Z mx1 postfix/qmgr[3]: 85222166F9D: from=<a@client.example>, size=500, nrcpt=1 (queue active)
    2026-10-24T10:00:01Z mx1 postfix/local[4]: 85222166F9D: to=<d@example.net>, relay=local, delay=0.25, delays=0/0/0/0.25, dsn=2.0.0, status=sent (delivered to mailbox)
    2026-10-24T10:00:01Z mx1 postfix/qmgr[3]: 85222166F9D: removed
    2026-10-24T10:00:02Z mx1 postfix/smtpd[5]: 6CB5D167262: client=mail.client.example[198.51.100.11]
    2026-10-24T10:00:02Z mx1 postfix/smtpd[5]: warning: 6CB5D167262: queue file size limit exceeded
    2026-10-24T10:00:03Z mx1 postfix/smtpd[6]: NOQUEUE: warn: RCPT from mail.client.example[198.51.100.11]: looks odd; from=<a@client.example> to=<d@example.net> proto=ESMTP helo=<mail.client.example>
    2026-10-24T10:00:04Z mx1 postfix/smtpd[6]: NOQUEUE: milter-reject: RCPT from mail.client.example[198.51.100.11]: 550 5.7.1 no; from=<a@client.example> to=<d@example.net> proto=ESMTP helo=<mail.client.example>
    2026-10-24T10:00:05Z mx1 postfix/smtp[7]: 85222166F9E: to=<e@slow.example>, relay=none, delay=7200, delays=7199/0/1/0, dsn=4.4.1, status=deferred (connect to slow.example[192.0.2.1]:25: Connection timed out)
    2026-10-24T10:00:05Z mx1 postfix/smtp[7]: 85222166F9F: to=<e@gone.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.4.4, status=bounced (Host or domain name not found)
    2026-10-24T10:00:06Z mx1 postfix/submission/smtpd[8]: warning: mail.client.example[198.51.100.11]: SASL LOGIN authentication failed: authentication failure, sasl_username=alice
    2026-10-24T10:00:07Z mx1 postfix/master[9]: daemon started -- version 3.7.11, configuration /etc/postfix

    """

  @Test("warnings, and refusals that pflogsumm takes for others, have its numbers")
  func odd() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/pflogsumm") else {
      print("skipped: pflogsumm is not installed")
      return
    }
    let scratch = try Scratch()
    let path = try scratch.write(oddities, to: "mail.log")
    let real = try Executable.shell("/usr/sbin/pflogsumm < '\(path)' 2>/dev/null").output
    let ours = try Executable.run(["report", "--as", "pflogsumm", "--timezone", "UTC", path]).output
    #expect(counters(real) == counters(ours))
    #expect(counters(ours)["reject warnings"] == 1 && counters(ours)["rejected"] == 0)
    for line in [
      "      1      500        0     0.2 s    0.2 s  example.net",
      "      0        0        1     0.0 s    2.0 h  slow.example",
    ] {
      #expect(real.contains(line) && ours.contains(line), "\(line)")
    }
    #expect(!ours.contains("s  gone.example"))
    #expect(ours.contains("\nWarnings\n--------\n       1   postfix/submission/smtpd: LOGIN: authentication failure\n"))
    #expect(
      ours.hasSuffix(
        "\nMaster daemon messages\n----------------------\n       1   postfix/master: daemon started -- version 3.7.11, configuration /etc/postfix\n"
      ))
  }

  /// Where we count otherwise than pflogsumm, what we count.
  private static let explained = [
    "postfix-logsums/expected-pflogsumm-2023-03-14.txt": ["received": 150],
    "postfix-logsums/expected-pflogsumm-2023-03-15.txt": ["received": 119],
    "postfix-maillog-dump/expected-pflogsumm.txt": ["received": 7, "senders": 4],
  ]

  @Test("a public log has the totals that pflogsumm was recorded with")
  func publicLogs() throws {
    guard let folder = Shared.folder("corpus/public/volume") else { return }
    let twoDays = "postfix-logsums/mail-2023-03-14_15.log.gz"
    let cases = [
      (recorded: "postfix-logsums/expected-pflogsumm-2023-03-14.txt", log: twoDays, period: ["--day", "2023-03-14"]),
      (recorded: "postfix-logsums/expected-pflogsumm-2023-03-15.txt", log: twoDays, period: ["--day", "2023-03-15"]),
      (recorded: "postfix-maillog-dump/expected-pflogsumm.txt", log: "postfix-maillog-dump/maillog.gz", period: []),
    ]
    for (recorded, log, period) in cases {
      let text = try String(contentsOf: folder.appendingPathComponent(recorded), encoding: .utf8)
      let expected = counters(text)
      let run = try Executable.run(
        ["report", "--as", "pflogsumm", "--timezone", "Europe/Berlin"] + period + [log], in: folder)
      #expect(run.status == 0, "\(run.complaint)")
      let found = counters(run.output)
      for (name, number) in expected.sorted(by: { $0.key < $1.key }) where found[name] != number {
        print("\(recorded): \(name) is \(number) to pflogsumm, \(found[name].map(String.init) ?? "missing") here")
      }
      for name in ["delivered", "forwarded", "bounced", "rejected", "deferred", "deferrals", "recipients"] {
        #expect(found[name] == expected[name], "\(recorded): \(name)")
      }
      // pflogsumm misses what postfix/10025/smtpd accepts, and takes a queue id that was picked up many times for as many.
      for name in ["received", "senders"] where found[name] != expected[name] {
        #expect(found[name] == PflogsummTests.explained[recorded]?[name], "\(recorded): \(name)")
      }
    }
  }
}
