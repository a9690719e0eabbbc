import Analysis
import Bytes
import Facts
import Foundation
import TestSupport
import Testing

@testable import Reports

@Suite("Traces as JSON")
struct TraceJSONTests {
  func json(_ message: MessageTrace) throws -> [String: Any] {
    var json = JSONWriter()
    TraceJSON.write(message, to: &json)
    return try #require(try JSONSerialization.jsonObject(with: Data(json.out.bytes)) as? [String: Any])
  }

  @Test("a message has the names, times, durations and peers of the contract")
  func message() throws {
    let message = try json(TraceSample.relayed)
    #expect(message["message_id"] as? String == "a@example.org")
    #expect(message["first_seen"] as? String == "2026-10-24T00:11:09Z")
    #expect(message["outcome"] as? String == "delivered")
    let hops = try #require(message["hops"] as? [[String: Any]])
    #expect(hops[0]["seconds"] as? Double == 10_000)
    #expect(hops[0]["from"] == nil)
    #expect((hops[0]["tls"] as? [String: Any])?["bits"] as? Int == 256)
    #expect(hops[1]["from"] as? [String: String] == ["hop": "mx1/4bYx2k", "rule": "message-id", "grade": "probable"])
    let deliveries = try #require(hops[0]["deliveries"] as? [[String: Any]])
    #expect(deliveries.count == 5)
    #expect(deliveries[4]["delay_seconds"] as? Double == 10_000)
    #expect((deliveries[4]["delays"] as? [String: Double])?["transmission"] == 0.75)
    #expect((deliveries[4]["relay"] as? [String: Any])?["port"] as? Int == 25)
    let spam = try #require(message["spam"] as? [[String: Any]])
    #expect(spam[0]["score"] as? Double == -1.5)
    #expect((spam[0]["symbols"] as? [[String: Any]])?[0]["name"] as? String == "R_SPF_ALLOW")
    let evidence = try #require(message["evidence"] as? [[String: Any]])
    #expect(evidence[0]["offset"] as? Int == 1024)
    #expect(evidence[1]["text"] == nil)
  }

  @Test("absent facts are left out, and recipients that differ are mixed")
  func absent() throws {
    var refused = TraceSample.refused
    refused.outcome = nil
    refused.recipients[0].address = nil
    let message = try json(refused)
    #expect(message["outcome"] as? String == "mixed")
    #expect(message["sender"] as? String == "")
    for name in ["message_id", "subject", "size", "children", "clock_offsets", "evidence"] {
      #expect(message[name] == nil)
    }
    let recipients = try #require(message["recipients"] as? [[String: Any]])
    #expect(Set(recipients[0].keys) == ["outcome", "host", "reply", "attempts"])
  }

  @Test("a stuck group names its cause and its messages in short")
  func stuck() throws {
    let group = StuckGroup(
      reason: TraceSample.text("connection refused"), outcome: .deferred, relay: TraceSample.text("mx2"), domain: nil,
      count: 3,
      oldest: TraceSample.time(5), messages: [TraceSample.relayed])
    var json = JSONWriter()
    StuckJSON.write([group], to: &json)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.out.bytes)) as? [String: [[String: Any]]])
    let first = try #require(document["groups"]?.first)
    #expect(Set(first.keys) == ["reason", "outcome", "relay", "count", "oldest", "messages"])
    #expect(first["oldest"] as? String == "2026-10-24T00:00:05Z")
    let message = try #require((first["messages"] as? [[String: Any]])?.first)
    #expect(message["authentication"] == nil)
    #expect((message["hops"] as? [[String: Any]])?[0]["queue_id"] as? String == "4bYx2k")
  }

  @Test("no stuck messages are an empty list of groups")
  func nothingStuck() {
    var json = JSONWriter()
    StuckJSON.write([], to: &json)
    #expect(json.out.string == #"{"groups":[]}"#)
  }

  @Test("random bytes in every field give valid JSON")
  func randomBytes() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("traces as JSON: seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 { _ = try json(TraceSample.filled { TraceSample.random(using: &random) }) }
  }
}
