import Foundation
import Testing

/// Reports from files and from a store, and the parts of them that options choose.
struct ReportTests {
  private let scratch: Scratch
  private var store: String { scratch.path("store.sqlite") }

  init() throws { scratch = try Scratch() }

  private func ingest(_ paths: [String], in folder: URL = Fixtures.folder) throws {
    let run = try Executable.run(["ingest", "--quiet", "--store", store] + fixedLogs + paths, in: folder)
    #expect(run.status == 0, "\(run.complaint)")
  }

  private func totals(_ options: [String]) throws -> [String: Any] {
    let run = try Executable.run(["report", "--format", "json"] + fixed + options)
    #expect(run.status == 0, "\(run.complaint)")
    return try #require(try run.json()["totals"] as? [String: Any])
  }

  private func messages(_ options: [String]) throws -> [String: Int] {
    try #require(try totals(options)["messages"] as? [String: Int])
  }

  /// What differs between two values of JSON, by path.
  private func differences(_ a: Any?, _ b: Any?, at path: String = "") -> [String] {
    if let a = a as? [String: Any], let b = b as? [String: Any] {
      return Set(a.keys).union(b.keys).sorted().flatMap { differences(a[$0], b[$0], at: path + "/" + $0) }
    }
    if let a = a as? [Any], let b = b as? [Any], a.count == b.count {
      return zip(a, b).enumerated().flatMap { differences($1.0, $1.1, at: path + "/\($0)") }
    }
    let (one, two) = ("\(a ?? "nothing")", "\(b ?? "nothing")")
    return one == two ? [] : ["\(path): \(one) ≠ \(two)"]
  }

  private func compare(_ paths: [String], in folder: URL, period: [String]) throws -> [String] {
    try ingest(paths, in: folder)
    let options = ["report", "--format", "json", "--timezone", "UTC"] + period
    var direct = try Executable.run(options + fixedLogs + paths, in: folder).json()
    var kept = try Executable.run(options + ["--store", store]).json()
    for name in ["period", "unrecognized_lines"] {
      direct[name] = nil
      kept[name] = nil
    }
    return differences(direct, kept)
  }

  @Test("files and a store of them give the same report")
  func sameFromStore() throws {
    #expect(
      try compare(["story"], in: Fixtures.folder, period: ["--since", "2026-10-23", "--until", "2026-10-25"]) == [])
  }

  /// The reasons of the deferrals that these replies make, and of warnings.
  private func reasons(_ lines: [String]) throws -> [String] {
    (try report(lines)["reasons"] as? [[String: Any]] ?? []).compactMap { $0["reason"] as? String }
  }

  /// The report of lines of one host, a second apart.
  private func report(_ lines: [String]) throws -> [String: Any] {
    let log = lines.enumerated().map { String(format: "2026-10-24T10:00:%02dZ mx1 ", $0) + $1 + "\n" }.joined()
    return try Executable.run(["report", "--format", "json", try scratch.write(log, to: "reasons.log")]).json()
  }

  @Test(
    "a reason keeps what is the same in all messages",
    arguments: [
      ("connect to mx.example[192.0.2.1]:25: Connection refused", "connect to mx.example[…]:#: Connection refused"),
      (
        "host mx7.example[192.0.2.1] refused to talk to me: 421 4.7.0 mx7.example Service not available",
        "421 4.7.0 … Service not available"
      ),
      (
        "host mx.example[192.0.2.1] said: 451-4.7.11 <a@example.net> Wait 300 s. (in reply to RCPT TO command)",
        "451-4.7.11 <…> Wait # s."
      ),
      (
        "SMTPUTF8 is required, but was not offered by host mx7.example[192.0.2.1]",
        "SMTPUTF8 is required, but was not offered by host …[…]"
      ),
    ])
  func reason(reply: String, reason: String) throws {
    let line =
      "postfix/smtp[4]: 4dkyKF1bcJz8lC1: to=<a@example.net>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (\(reply))"
    #expect(try reasons([line]) == [reason])
  }

  @Test("a period without mail is told of, with that of the store; refusals alone make a host")
  func nothing() throws {
    try ingest(["story"])
    let empty = try Executable.run(["report", "--day", "2025-01-01", "--timezone", "UTC", "--store", store])
    #expect(empty.status == 0)
    #expect(
      empty.complaint
        == "mailflow: no mail in this period; the store has lines from 2026-10-23 15:10:28 to 2026-10-23 22:00:32 +00:00.\n"
    )
    let refused = try report([
      "postfix/smtpd[6]: NOQUEUE: reject: RCPT from x.example[198.51.100.11]: 550 5.7.1 no; from=<a@x.example> to=<d@example.net> proto=ESMTP helo=<x.example>"
    ])
    #expect((refused["period"] as? [String: Any])?["hosts"] as? [String] == ["mx1"])
  }

  @Test("sessions are of no domain, so a domain's report has none")
  func sessions() throws {
    #expect(try totals(["story"])["sessions"] != nil)
    #expect(try totals(["--domain", "example.net", "story"])["sessions"] == nil)
    let text = try Executable.run(["report", "--domain", "example.net"] + fixed + ["story"])
    #expect(text.status == 0 && !text.output.contains("connections"))
  }

  @Test("a sender that only a rule names is the same from files and from a store")
  func senderOfRule() throws {
    let report = try report([
      "postfix/smtpd[289]: NOQUEUE: hold: RCPT from x.example[198.51.100.11]: <a@x.example>: Sender address on the list; from=<a@x.example> to=<alice@example.net> proto=ESMTP helo=<x.example>",
      "postfix/smtpd[289]: 4dkyKF1bcJz8lC1: client=x.example[198.51.100.11]",
      "postfix/cleanup[294]: 4dkyKF1bcJz8lC1: message-id=<1@x.example>",
    ])
    try ingest([scratch.path("reasons.log")])
    let kept = try Executable.run(
      ["report", "--day", "2026-10-24", "--timezone", "UTC", "--format", "json", "--store", store])
    for report in [report, try kept.json()] {
      let senders = (report["top"] as? [String: [[String: Any]]])?["senders"]
      #expect(senders?.map { $0["name"] as? String } == ["a@x.example"])
    }
  }

  @Test("a period with an open end goes as far as the store does")
  func openEnds() throws {
    try ingest(["story"])
    func period(_ options: [String]) throws -> [String] {
      let run = try Executable.run(["report", "--timezone", "UTC", "--format", "json", "--store", store] + options)
      let period = try #require(try run.json()["period"] as? [String: Any])
      return ["since", "until"].compactMap { period[$0] as? String }
    }
    #expect(try period(["--since", "2026-10-23"]) == ["2026-10-23T00:00:00Z", "2026-10-23T22:00:33Z"])
    #expect(try period(["--until", "2026-10-24"]) == ["2026-10-23T15:10:28Z", "2026-10-24T00:00:00Z"])
    #expect(try period(["--since", "2027-01-01"]) == ["2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"])
    #expect(try period(["--until", "2025-01-01"]) == ["2024-12-31T23:59:59Z", "2025-01-01T00:00:00Z"])
  }

  @Test("a message expires for the reason that it was put off with at last")
  func expiry() throws {
    func deferred(_ time: Int, _ reply: String) -> String {
      "postfix/smtp[4]: 4dkyKF1bcJz8lC1: to=<a@example.net>, relay=none, delay=\(time), delays=0/0/1/0, dsn=4.4.1, status=deferred (\(reply))"
    }
    let report = try report([
      deferred(1, "first"), deferred(2, "last"),
      "postfix/qmgr[3]: 4dkyKF1bcJz8lC1: from=<b@example.org>, status=expired, returned to sender",
    ])
    let rows = try #require(report["reasons"] as? [[String: Any]]).filter { $0["kind"] as? String == "expiry" }
    #expect(rows.map { $0["reason"] as? String } == ["last"] && rows.first?["count"] as? Int == 1)
  }

  @Test("failed logins, starts and stops are told apart from warnings, and the same from a store")
  func kinds() throws {
    let lines = [
      "postfix/submission/smtpd[8]: warning: x.example[198.51.100.11]: SASL LOGIN authentication failed: authentication failure, sasl_username=alice",
      "postfix/master[9]: daemon started -- version 3.7.11, configuration /etc/postfix",
      "postfix/cleanup[2]: 4dkyKF1bcJz8lC1: warning: header Subject: Warn me from x.example[198.51.100.11]; from=<a@client.example> to=<d@example.net> proto=ESMTP helo=<x.example>: watch this one",
      "postfix/smtp[3]: warning: no MX host for x.example has a valid address record",
    ]
    let expected = [
      "reject_warning: watch this one", "failed_login: postfix/submission/smtpd: LOGIN: authentication failure",
      "warning: postfix/smtp: no MX host for x.example has a valid address record",
      "lifecycle: postfix/master: daemon started -- version 3.7.11, configuration /etc/postfix",
    ]
    func told(_ report: [String: Any]) -> [String] {
      (report["reasons"] as? [[String: Any]] ?? []).map { "\($0["kind"] ?? ""): \($0["reason"] ?? "")" }
    }
    #expect(told(try report(lines)) == expected)
    try ingest([scratch.path("reasons.log")])
    let kept = try Executable.run([
      "report", "--day", "2026-10-24", "--timezone", "UTC", "--format", "json", "--store", store,
    ])
    #expect(told(try kept.json()) == expected)
  }

  @Test("warnings and errors are counted by the program that wrote them")
  func warnings() throws {
    #expect(
      try reasons([
        "postfix/smtpd[1]: warning: hostname x.example does not resolve to address 192.0.2.7",
        "postfix/smtpd[2]: warning: hostname x.example does not resolve to address 192.0.2.8",
        "postfix/master[3]: fatal: bind 0.0.0.0 port 25: Address already in use",
      ]) == [
        "postfix/smtpd: hostname x.example does not resolve to address …",
        "postfix/master: bind … port #: Address already in use",
      ])
  }

  /// The lines of one hop; `attempt` is its delivery without what follows the status.
  private func hop(_ second: Int, _ host: String, _ id: String, _ messageID: String, _ attempt: String, _ reply: String)
    -> String
  {
    let time = String(format: "2026-10-24T%02d:%02d:%02d+00:00", second / 3600, second / 60 % 60, second % 60)
    return [
      "smtpd[7]: \(id): client=c.example[192.0.2.1]", "cleanup[8]: \(id): message-id=<\(messageID)>",
      "qmgr[9]: \(id): from=<a@c.example>, size=1000, nrcpt=1 (queue active)",
      "\(attempt), delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (\(reply))", "qmgr[9]: \(id): removed",
    ].map { "\(time) \(host) postfix/\($0)\n" }.joined()
  }

  @Test("a message whose second hop was read long after its first counts once, from a store as from files")
  func hopsFarApart() throws {
    func local(_ id: String) -> String { "local[10]: \(id): to=<b@d.example>, relay=local" }
    let onward = "smtp[10]: AA00000001: to=<b@d.example>, relay=mx2[192.0.2.2]:25"
    try scratch.write(
      hop(1, "mx1", "AA00000001", "far@c.example", onward, "250 2.0.0 Ok: queued as BB00000001"), to: "logs/1.log")
    let others = (0..<5000).map { number in
      let id = "CC" + String(format: "%08X", number)
      return hop(10 + number, "mx1", id, "\(number)@c.example", local(id), "delivered to mailbox")
    }
    try scratch.write(others.joined(), to: "logs/2.log")
    try scratch.write(
      hop(2, "mx2", "BB00000001", "far@c.example", local("BB00000001"), "delivered to mailbox"), to: "logs/3.log")
    let paths = ["1.log", "2.log", "3.log"]
    for path in paths { try ingest([path], in: scratch["logs"]) }
    let period = ["--since", "2026-10-24", "--until", "2026-10-25"]
    #expect(try compare(paths, in: scratch["logs"], period: period) == [])
    #expect(try messages(["--store", store] + period)["delivered"] == 5001)
  }

  @Test("a sender that only a rule names, and attempts that differ in their replies, count alike")
  func heldByRule() throws {
    let client = "c.example[192.0.2.1]"
    let attempt =
      "smtp[10]: AA00000002: to=<b@d.example>, relay=mx2[192.0.2.2]:25, delay=1, delays=0/0/0/%d, dsn=2.0.0, status=sent (250 %d)"
    let lines = [
      "smtpd[7]: NOQUEUE: hold: RCPT from \(client): <a@c.example>: Sender address on hold; from=<a@c.example> "
        + "to=<b@d.example> proto=ESMTP helo=<c>",
      "smtpd[7]: AA00000001: client=\(client)", "cleanup[8]: AA00000001: message-id=<held@c.example>",
      "smtpd[7]: AA00000002: client=\(client)", "cleanup[8]: AA00000002: message-id=<twice@c.example>",
      "qmgr[9]: AA00000002: from=<a@c.example>, size=1000, nrcpt=2 (queue active)",
      String(format: attempt, 1, 1), String(format: attempt, 1, 2), String(format: attempt, 2, 3),
      "qmgr[9]: AA00000002: removed",
    ]
    try scratch.write(
      lines.map { "2026-10-24T10:00:00+00:00 mx1 postfix/\($0)\n" }.joined(), to: "held.log")
    let period = ["--since", "2026-10-24", "--until", "2026-10-25"]
    #expect(try compare([scratch.path("held.log")], in: Fixtures.folder, period: period) == [])
  }

  @Test("a connection whose lines stand in two files, one of them copied, counts once and is lost once")
  func sessionInPieces() throws {
    func lines(_ texts: [(second: Int, text: String)]) -> String {
      texts.map { "2026-10-24T10:00:0\($0.second).5+00:00 mx1 postfix/smtpd[7]: \($0.text)\n" }.joined()
    }
    let client = "c.example[192.0.2.1]"
    let end = [(2, "lost connection after EHLO from \(client)"), (3, "disconnect from \(client) ehlo=1 commands=1")]
    try scratch.write(lines([(1, "connect from \(client)")]), to: "1.log")
    try scratch.write(lines(end), to: "2.log")
    try scratch.write(lines(end + [(4, "connect from \(client)")]), to: "3.log")
    let period = ["--since", "2026-10-24", "--until", "2026-10-25"]
    let paths = ["1.log", "2.log", "3.log"].map { scratch.path($0) }
    #expect(try compare(paths, in: Fixtures.folder, period: period) == [])
    let sessions = try #require(try totals(period + paths)["sessions"] as? [String: Int])
    #expect(sessions == ["connections": 2, "lost": 1])
  }

  @Test("a recipient that one of our hosts refuses to another counts once, where both logs are there")
  func ownRefusal() throws {
    func lines(_ host: String, _ texts: [String]) -> String {
      texts.map { "2026-10-24T10:00:00+00:00 \(host) postfix/\($0)\n" }.joined()
    }
    try scratch.write(
      lines(
        "mx1",
        [
          "smtpd[7]: AA00000001: client=c.example[192.0.2.1]", "cleanup[8]: AA00000001: message-id=<own@c.example>",
          "qmgr[9]: AA00000001: from=<a@c.example>, size=1000, nrcpt=1 (queue active)",
          "smtp[10]: AA00000001: to=<b@d.example>, relay=mx2.d.example[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, "
            + "status=bounced (host mx2.d.example[192.0.2.2] said: 550 5.1.1 <b@d.example>: Recipient address rejected: "
            + "User unknown (in reply to RCPT TO command))",
          "qmgr[9]: AA00000001: removed",
        ]), to: "mx1.log")
    func refusal(_ recipient: String, by client: String) -> String {
      "smtpd[11]: NOQUEUE: reject: RCPT from \(client): 550 5.1.1 <\(recipient)>: Recipient address rejected: User unknown; "
        + "from=<a@c.example> to=<\(recipient)> proto=ESMTP helo=<mx1>"
    }
    try scratch.write(
      lines(
        "mx2",
        [
          refusal("b@d.example", by: "mx1.d.example[192.0.2.3]"),
          refusal("x@d.example", by: "mx1.d.example[192.0.2.3]"),
          refusal("b@d.example", by: "unknown[203.0.113.9]"),
        ]), to: "mx2.log")
    let period = ["--since", "2026-10-24", "--until", "2026-10-25"]
    let paths = [scratch.path("mx1.log"), scratch.path("mx2.log")]
    #expect(try compare(paths, in: Fixtures.folder, period: period) == [])
    let both = try totals(period + paths)
    let counts = try #require(both["messages"] as? [String: Int])
    #expect([counts["bounced"], counts["rejected"]] == [1, 2])
    #expect((both["events"] as? [String: Int])?["rejected"] == 3)
    #expect(try messages(period + paths.suffix(1))["rejected"] == 3)
  }

  @Test("a corpus and a store of it give the same report")
  func sameCorpusFromStore() throws {
    guard let logs = Shared.folder("corpus/postfix/logs") else { return }
    let found = try compare(
      ["mx1.example.net", "mailstore.example.net"], in: logs,
      period: ["--since", "2026-10-01", "--until", "2026-11-01"])
    #expect(found == [])
  }

  @Test("a store shows the newest full day unless a period is named")
  func newestDay() throws {
    try ingest(["story"])
    let evening = try Executable.run(["report", "--format", "json", "--timezone", "UTC", "--store", store]).json()
    #expect((evening["period"] as? [String: Any])?["since"] as? String == "2026-10-23T00:00:00Z")
    try scratch.write("Oct 25 05:00:00 mx1 postfix/qmgr[9]: 553441660C9: removed\n", to: "later.log")
    try ingest([scratch.path("later.log")])
    let next = try Executable.run(["report", "--format", "json", "--timezone", "UTC", "--store", store]).json()
    #expect((next["period"] as? [String: Any])?["since"] as? String == "2026-10-24T00:00:00Z")
  }

  @Test("a day is a day of the zone that is shown")
  func day() throws {
    #expect(try messages(["--day", "2026-10-23", "story"])["received"] == 4)
    #expect(try messages(["--day", "2026-10-24", "story"])["received"] == 0)
    let berlin = ["report", "--format", "json", "--timezone", "Europe/Berlin"] + fixedLogs
    let run = try Executable.run(berlin + ["--day", "2026-10-24", "story"]).json()
    let events = (run["totals"] as? [String: Any])?["events"] as? [String: Int]
    #expect(events?["deferrals"] == 1 && events?["received"] == 0)
  }

  @Test("a period holds its beginning and not its end")
  func period() throws {
    #expect(
      try messages(["--since", "2026-10-23T15:10:32Z", "--until", "2026-10-23T15:10:36Z", "story"])["rejected"] == 1)
    #expect(try messages(["--since", "2026-10-23T15:10:33Z", "--until", "2026-10-23T15:10:36Z", "story"])["held"] == 0)
    #expect(try messages(["--since", "2026-10-23T15:10:36Z", "story"])["held"] == 1)
  }

  @Test("one host's report has that host's numbers")
  func host() throws {
    let store = try totals(["--host", "mailstore", "story"])
    #expect((store["events"] as? [String: Int])?["received"] == 4)
    #expect((store["messages"] as? [String: Int])?["rejected"] == 1)
    let edge = try totals(["--host", "mx1", "story"])
    #expect((edge["events"] as? [String: Int])?["received"] == 4)
    #expect((edge["messages"] as? [String: Int])?["received"] == 4)
  }

  @Test("one domain's report has the mail from and to it")
  func domain() throws {
    let one = try messages(["--domain", "R-Refused.example", "story"])
    #expect(one["received"] == 1 && one["deferred"] == 1 && one["bounced"] == 0 && one["rejected"] == 0)
    #expect(try messages(["--domain", "nowhere.example", "story"])["received"] == 0)
  }

  @Test("lists are as long as is asked for")
  func top() throws {
    for (option, count) in [("1", 1), ("2", 2), ("0", 3)] {
      let run = try Executable.run(["report", "--format", "json", "--top", option] + fixed + ["story"])
      let top = try #require(try run.json()["top"] as? [String: [Any]])
      #expect(top["senders"]?.count == count)
    }
  }

  @Test("other formats are written, too", arguments: ["csv", "markdown", "html"])
  func formats(format: String) throws {
    let run = try Executable.run(["report", "--format", format] + fixed + ["story"])
    #expect(run.status == 0)
    #expect(run.output.replacing("&#64;", with: "@").contains("noreply@bluebottle.example"))
  }

  @Test("where nothing has a time there is nothing to report, and that is said with 1")
  func empty() throws {
    try scratch.write("", to: "empty.log")
    let run = try Executable.run(["report", scratch.path("empty.log")])
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.complaint == "mailflow: nothing to report: no line of the input has a time.\n")
    let day = try Executable.run(["report", "--day", "2026-10-25", scratch.path("empty.log")])
    #expect(day.status == 0 && day.output.contains("until  2026-10-26"))
  }
}
