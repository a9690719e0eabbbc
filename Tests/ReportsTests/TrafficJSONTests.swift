import Analysis
import Bytes
import Foundation
import Reports
import Testing

struct TrafficJSONTests {
  private func object(_ report: TrafficReport) throws -> [String: Any] {
    var json = JSONWriter()
    TrafficJSON.write(report, to: &json)
    return try #require(try JSONSerialization.jsonObject(with: Data(json.out.bytes)) as? [String: Any])
  }

  @Test("a report is valid JSON with the names of the contract")
  func contract() throws {
    let report = try object(TrafficSample.day)
    #expect(
      Set(report.keys) == [
        "period", "totals", "hourly", "daily", "top", "reasons", "delays", "delay_parts", "sizes", "ledger",
        "unrecognized_lines",
      ])
    let period = try #require(report["period"] as? [String: Any])
    #expect(period["since"] as? String == "2026-10-23T22:00:00Z")
    #expect(period["hosts"] as? [String] == ["mx1", "mx2"])
    let totals = try #require(report["totals"] as? [String: Any])
    let messages = try #require(totals["messages"] as? [String: Int])
    #expect(messages["received"] == 1500 && messages["quarantined"] == 0 && messages.count == 12)
    let events = try #require(totals["events"] as? [String: Int])
    #expect(events["deferrals"] == 9 && events["reject_warnings"] == 0 && events.count == 12)
    #expect(totals["sending_domains"] as? Int == 120)
  }

  @Test("hours hold messages, deferrals and events")
  func hours() throws {
    let hourly = try #require(try object(TrafficSample.day)["hourly"] as? [[String: Any]])
    #expect(hourly.count == 2)
    #expect(hourly[0]["start"] as? String == "2026-10-24T00:00:00Z")
    #expect(hourly[0]["received"] as? Int == 1200 && hourly[0]["deferrals"] as? Int == 9)
    #expect((hourly[0]["events"] as? [String: Int])?["received"] == 2400)
  }

  @Test("the ledger counts each outcome for the whole and for each host and day")
  func ledger() throws {
    let ledger = try #require(try object(TrafficSample.day)["ledger"] as? [String: Any])
    #expect(ledger["accepted"] as? Int == 1502 && ledger["remainder"] as? Int == 1 && ledger["held"] as? Int == 0)
    #expect(ledger["received"] == nil)
    let hosts = try #require(ledger["hosts"] as? [[String: Any]])
    #expect(hosts[0]["host"] as? String == "mx1" && hosts[0]["delivered"] as? Int == 1470)
    #expect(ledger["open"] as? [String] == ["mx1/4bYx2k1PvLz3w"])
  }

  @Test("durations are seconds, absent facts are left out")
  func absentFacts() throws {
    let report = try object(TrafficSample.day)
    #expect((report["delays"] as? [String: Double])?["p50_seconds"] == 0.25)
    let reasons = try #require(report["reasons"] as? [[String: Any]])
    #expect(reasons[1]["example"] == nil && reasons[1]["code"] as? Int == 554)
    let empty = try object(TrafficSample.empty)
    #expect(empty["delays"] == nil && empty["sizes"] == nil && empty["unrecognized_lines"] == nil)
  }

  @Test("names with any bytes stay valid JSON")
  func anyBytes() throws {
    let top = try #require(try object(TrafficSample.day)["top"] as? [String: [[String: Any]]])
    #expect(top["clients"]?[0]["name"] as? String == "\\xffA")
    #expect(Set(top.keys).isSuperset(of: ["senders_by_size", "recipient_domains", "rejected_clients"]))
  }
}
