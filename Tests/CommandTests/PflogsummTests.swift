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
