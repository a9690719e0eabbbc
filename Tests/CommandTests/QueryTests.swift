import Foundation
import Testing

/// The files in `Queries/`: each runs as it is in the sqlite3 shell, and what they say is what the report says.
struct QueryTests {
  private let scratch: Scratch
  private var store: String { scratch.path("store.sqlite") }

  init() throws {
    scratch = try Scratch()
    let run = try Executable.run(["ingest", "--quiet", "--store", store] + fixedLogs + ["story"])
    #expect(run.status == 0, "\(run.complaint)")
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Queries").standardizedFileURL
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) }.sorted()

  /// The rows as the sqlite3 shell prints them; nil where it is missing.
  private func shell(_ name: String) throws -> [[String: Any]]? {
    let file = Self.folder.appendingPathComponent(name + ".sql").path
    let run = try Executable.launch(
      "/bin/sh", ["-c", "sqlite3 -json \"$1\" < \"$2\"", "sh", store, file], in: scratch.folder, environment: [:])
    if run.status == 127 {
      print("skipped: sqlite3 is not installed")
      return nil
    }
    #expect(run.status == 0 && run.complaint.isEmpty, "\(name): \(run.complaint)")
    if run.output.isEmpty { return [] }
    return try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
  }

  private func query(_ arguments: [String]) throws -> [[String: Any]] {
    let run = try Executable.run(["query"] + arguments + ["--store", store, "--format", "json"])
    #expect(run.status <= 1, "\(run.complaint)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
  }

  /// Without the members that have no value: ours leaves them out, the shell writes null. It writes 0.95999999999999996447, too.
  private func plain(_ rows: [[String: Any]]) -> [String] {
    rows.map { row in
      row.compactMap { name, value in
        if value is NSNull { return nil }
        let number = (value as? NSNumber).map { String(format: "%.9g", $0.doubleValue) }
        return "\(name)=\(number ?? "\(value)")"
      }.sorted().joined(separator: " ")
    }
  }

  @Test("there are queries to run")
  func some() { #expect(Self.names.count >= 20) }

  @Test("a query gives the same rows in the sqlite3 shell and here, without any parameter", arguments: names)
  func sameInShell(name: String) throws {
    guard let expected = try shell(name) else { return }
    #expect(plain(try query([name])) == plain(expected))
  }

  @Test("a query says what it answers, and each of its parameters", arguments: names)
  func header(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name + ".sql"), encoding: .utf8)
    let head = text.split(separator: "\n").prefix { $0.hasPrefix("-- ") }
    #expect(head.first?.hasSuffix(".") == true || head.count > 1)
    let body = text.split(separator: "\n").drop { $0.hasPrefix("-- ") }.joined(separator: "\n")
    let used = Set(body.matches(of: /:([a-z_]+)/).map { String($0.output.1) }).subtracting(["00"])
    let told = Set(head.joined(separator: "\n").matches(of: /-- :([a-z_]+)/).map { String($0.output.1) })
    #expect(used == told)
  }

  @Test("the days' totals are those of the report")
  func totals() throws {
    let report = try Executable.run(
      ["report", "--since", "2026-10-01", "--until", "2026-11-01"] + fixed + ["--format", "json", "--store", store])
    let totals = try #require(try report.json()["totals"] as? [String: Any])
    let messages = try #require(totals["messages"] as? [String: Int])
    let days = try query(["daily-totals"])
    for (name, count) in messages where name != "expanded" {
      #expect(days.reduce(0) { $0 + ($1[name] as? Int ?? 0) } == count, "\(name)")
    }
    let events = try #require(totals["events"] as? [String: Int])
    let hours = try query(["hourly-traffic"])
    for name in ["received", "delivered", "forwarded", "deferrals", "bounced", "rejected", "reject_warnings"] {
      #expect(hours.reduce(0) { $0 + ($1[name] as? Int ?? 0) } == events[name], "\(name)")
    }
    let ledger = try query(["ledger"])
    let booked = try #require(try report.json()["ledger"] as? [String: Any])
    for name in ["delivered", "relayed", "deferred", "bounced", "expired", "discarded", "held", "unknown", "expanded"] {
      #expect(ledger.reduce(0) { $0 + ($1[name] as? Int ?? 0) } == booked[name] as? Int, "\(name)")
    }
  }

  @Test("the lists of the greatest are those of the report")
  func lists() throws {
    let report = try Executable.run(
      [
        "report", "--since", "2026-10-01", "--until", "2026-11-01", "--top", "0", "--timezone", "UTC", "--format",
        "json", "--store", store,
      ])
    let top = try #require(try report.json()["top"] as? [String: [[String: Any]]])
    for (list, query, name) in [("senders", "top-senders", "sender"), ("recipients", "top-recipients", "recipient")] {
      let expected = try #require(top[list]).map { "\($0["name"] ?? "") \($0["count"] ?? "") \($0["bytes"] ?? "")" }
      let found = try self.query([query]).map { "\($0[name] ?? "") \($0["messages"] ?? "") \($0["bytes"] ?? "")" }
      #expect(found.sorted() == expected.sorted(), "\(list)")
    }
  }

  @Test("a parameter narrows a query, and one that it does not have is told")
  func parameters() throws {
    #expect(try query(["daily-totals", "since=2026-10-24"]).allSatisfy { $0["day"] as? String != "2026-10-23" })
    let wrong = try Executable.run(["query", "daily-totals", "colour=red", "--store", store])
    #expect(wrong.status == 64)
    #expect(wrong.complaint == "mailflow: The query daily-totals has no parameter colour. It has: since, until.\n")
    let word = try Executable.run(["query", "daily-totals", "red", "--store", store])
    #expect(word.status == 64 && word.complaint.contains("red is not a parameter. Write name=value."))
    let unknown = try Executable.run(["query", "weekly", "--store", store])
    #expect(unknown.status == 64)
    #expect(unknown.complaint.hasPrefix("mailflow: There is no query named weekly. There are: auth-failures, "))
  }
}
