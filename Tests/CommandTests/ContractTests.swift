import Foundation
import Testing

/// The shapes of JSON that scripts rely on: the promised members are there, others may be.
struct ContractTests {
  typealias Object = [String: Any]

  private func members(_ object: Any?) -> Set<String> { Set((object as? Object ?? [:]).keys) }

  private func first(_ object: Object, _ member: String) throws -> Object {
    try #require((object[member] as? [Object])?.first)
  }

  @Test("a trace has messages with recipients, hops, verdicts and children")
  func trace() throws {
    let run = try Executable.run(["trace"] + fixed + ["--format", "json", "--evidence", "--input", "story"])
    let messages = try #require(try run.json()["messages"] as? [Object])
    #expect(messages.count == 7)
    for message in messages {
      #expect(
        members(message).isSuperset(of: [
          "sender", "first_seen", "last_seen", "outcome", "verdict", "recipients", "hops", "authentication", "spam",
        ]))
      for recipient in message["recipients"] as? [Object] ?? [] {
        #expect(members(recipient).isSuperset(of: ["address", "outcome", "host", "attempts"]))
      }
      for hop in message["hops"] as? [Object] ?? [] {
        #expect(members(hop).isSuperset(of: ["id", "host", "deliveries"]))
      }
      for result in message["authentication"] as? [Object] ?? [] {
        #expect(members(result).isSuperset(of: ["method", "result", "by", "source"]))
      }
      for line in message["evidence"] as? [Object] ?? [] {
        #expect(members(line) == ["source", "line", "offset", "text"])
      }
    }
    let outcomes = messages.compactMap { $0["outcome"] as? String }
    #expect(outcomes == ["bounced", "delivered", "deferred", "held", "rejected", "rejected", "delivered"])
    #expect(members(try first(messages[0], "children")) == ["relation", "message_id", "queue_id"])
  }

  @Test("a hop says from which it came, by which rule and how sure that is")
  func links() throws {
    let run = try Executable.run(["trace", "3916F166CCD"] + fixed + ["--format", "ndjson", "--input", "story"])
    #expect(run.lines.count == 1)
    let message = try run.json()
    let hops = try #require(message["hops"] as? [Object])
    #expect(hops.map { $0["queue_id"] as? String } == ["3916F166CCD", "4jB6043rdSzC41X", "4jB60509zKzC42N"])
    #expect(hops.map { members($0["from"]) } == [[], ["hop", "rule", "grade"], ["hop", "rule", "grade"]])
    #expect(members(hops[0]["tls"]) == ["version", "cipher", "bits"])
    #expect(message["message_id"] as? String == "CA+082759524974f3826f86=3325499ebc@mail.bluebottle.example")
    #expect(hops[0]["accepted"] as? String == "2026-10-23T15:10:28Z")
    #expect(hops[1]["accepted"] as? String == "2026-10-23T15:15:28.542645Z")
  }

  @Test("what is stuck has groups with a reason, a count and messages")
  func stuck() throws {
    let run = try Executable.run(["stuck"] + fixed + ["--format", "json", "--input", "story"])
    let groups = try #require(try run.json()["groups"] as? [Object])
    for group in groups {
      #expect(members(group).isSuperset(of: ["reason", "domain", "count", "oldest", "messages"]))
      #expect(members(try first(group, "messages")).isSuperset(of: ["first_seen", "outcome", "verdict", "recipients"]))
    }
    #expect(groups.map { $0["reason"] as? String }.contains("subject needs review"))
  }

  @Test("ingestion names each source, and lines are recognised, ignored or not")
  func ingest() throws {
    let scratch = try Scratch()
    let run = try Executable.run(
      ["ingest", "--store", scratch.path("store"), "--format", "json"] + fixedLogs + ["story"])
    let answer = try run.json()
    #expect(members(answer) == ["sources", "totals", "seconds"])
    let sources = try #require(answer["sources"] as? [Object])
    #expect(sources.compactMap { $0["path"] as? String } == ["story/mx1/mail.log", "story/store/mail.log"])
    let totals = try #require(answer["totals"] as? Object)
    for counts in sources + [totals] {
      let numbers = counts.compactMapValues { $0 as? Int }
      #expect(numbers["lines"] == numbers["recognized"]! + numbers["ignored"]! + numbers["unrecognized"]!)
    }
    #expect(
      members(totals).isSuperset(of: [
        "bytes", "messages", "hops", "deliveries", "rejections", "sessions", "raw_messages",
      ]))
    #expect(totals["messages"] as? Int == 5 && totals["rejections"] as? Int == 2)
  }

  @Test("parse prints an object for each recognised line, in the words of the contract")
  func parse() throws {
    let run = try Executable.run(["parse"] + fixedLogs + [Fixtures.edgeLog])
    let events: Set = [
      "connect", "disconnect", "helo", "tls", "auth", "reject", "accept", "message_id", "queued", "delivery", "expired",
      "removed", "held", "released", "discarded", "redirected", "bounce_sent", "filter", "dkim", "spf", "dmarc", "arc",
      "dnsbl", "greylist", "mailbox", "warning", "error", "lifecycle", "other",
    ]
    #expect(run.lines.count == 53)
    for line in run.lines {
      let fact = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object)
      #expect(members(fact).isSuperset(of: ["source", "line", "time", "host", "program", "pid", "event"]))
      #expect(events.contains(fact["event"] as? String ?? ""))
    }
    let reject = try #require(run.lines.first { $0.contains("\"event\":\"reject\"") })
    let fact = try #require(try JSONSerialization.jsonObject(with: Data(reject.utf8)) as? Object)
    #expect(fact["client"] as? [String: String] == ["name": "mail.bluebottle.example", "address": "198.51.100.11"])
    #expect(fact["code"] as? Int == 550 && fact["enhanced_code"] as? String == "5.1.1")
    #expect(fact["stage"] as? String == "rcpt" && fact["recipient"] as? String == "nobody1@example.net")
  }

  @Test("unrecognised lines have template, count, example and place")
  func unrecognized() throws {
    let run = try Executable.run(["unrecognized"] + fixedLogs + ["--format", "json", "--input", "story"])
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [Object])
    #expect(rows.count == 1)
    #expect(members(rows[0]) == ["template", "count", "example", "source", "line"])
    #expect(rows[0]["count"] as? Int == 2 && rows[0]["line"] as? Int == 28)
  }

  @Test("the report has the promised totals, and its ledger adds up")
  func report() throws {
    let report = try Executable.run(["report"] + fixed + ["--format", "json", "story"]).json()
    #expect(members(report).isSuperset(of: ["period", "totals", "hourly", "daily", "top", "reasons", "ledger"]))
    let totals = try #require(report["totals"] as? Object)
    let messages = try #require(totals["messages"] as? [String: Int])
    let expected = ["received": 4, "delivered": 1, "bounced": 1, "deferred": 1, "held": 1, "rejected": 2, "relayed": 0]
    for (name, count) in expected { #expect(messages[name] == count, "\(name)") }
    let events = try #require(totals["events"] as? [String: Int])
    let lines = ["received": 8, "delivered": 6, "deferred": 2, "deferrals": 4, "bounced": 1, "rejected": 2, "held": 1]
    for (name, count) in lines { #expect(events[name] == count, "\(name)") }
    let ledger = try #require(report["ledger"] as? Object)
    #expect(ledger["accepted"] as? Int == 5 && ledger["remainder"] as? Int == 0)
  }

  @Test("formats are named objects")
  func formats() throws {
    let run = try Executable.run(["formats", "--format", "json"])
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: String]])
    #expect(rows.allSatisfy { Set($0.keys) == ["name", "description"] } && rows.count > 5)
  }
}
