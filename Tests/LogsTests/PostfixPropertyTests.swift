import Bytes
import Facts
import Foundation
import TestSupport
import Testing

@testable import Logs

@Suite("Postfix: properties")
struct PostfixPropertyTests {
  /// All lines of the fixtures that are read as facts.
  static let lines: [(program: String, text: String)] = FactsFile.all(in: "postfix").flatMap { file in
    file.cases.compactMap { item in
      guard item.expectation?.hasPrefix("{") == true, let colon = item.line.range(of: ": ") else { return nil }
      return (String(item.line[..<colon.lowerBound]), String(item.line[colon.upperBound...]))
    }
  }

  @Test("a line that was cut says less than the whole line, never something else")
  func truncations() throws {
    #expect(Self.lines.count > 200)
    // Where a line quotes an imitation of its own end, a cut line cannot tell.
    for line in Self.lines
    where !line.text.contains(": approved from ") && !line.text.contains("Blocked; from=<ceo@example.net>") {
      let reader = try #require(line.program.withBytes { Postfix.reader(for: $0) })
      let whole = Fact()
      let part = Fact()
      line.text.withBytes { text in
        whole.clear()
        _ = reader(text, whole)
        for end in 0..<text.count {
          part.clear()
          guard reader(text.prefix(end), part) == .recognized else { continue }
          if let difference = Self.difference(of: part, from: whole) {
            Issue.record("\(difference): \(text.prefix(end).string)")
          }
        }
      }
    }
  }

  /// What the facts of a cut line say otherwise than those of the whole; texts and numbers at the end may be cut
  /// themselves.
  private static func difference(of part: Fact, from whole: Fact) -> String? {
    if part.event == .warning && whole.event == .auth { return nil }
    guard part.event == whole.event else { return "event \(part.event) is not \(whole.event)" }
    for field in TextField.allCases where field != .user {
      guard let value = part[field] else { continue }
      guard let full = whole[field], full.hasPrefix(value) || field == .messageID && isWithinBrackets(value, full)
      else {
        // Without its end the text of an attempt or of a decision runs into what stands behind it.
        if field == .reply || field == .reason { continue }
        return "\(field) \(value.string) is not \(whole[field]?.string ?? "absent")"
      }
      if field == .nextQueueID && !(full == value) && part.event == .delivery { return "next queue id \(value.string)" }
    }
    for field in NumberField.allCases where field != .refusedCommands && field != .commands {
      guard let value = part[field] else { continue }
      guard let full = whole[field], String(full).hasPrefix(String(value)) || field == .messages || field == .score
      else {
        return "\(field) \(value) is not \(whole[field].map { String($0) } ?? "absent")"
      }
    }
    return nil
  }

  /// A Message-ID that was cut keeps its bracket if it might be without one at the end.
  private static func isWithinBrackets(_ value: Bytes, _ full: Bytes) -> Bool {
    full.firstIndex(of: value) != nil || value.first == UInt8(ascii: "<") && full.hasPrefix(value.dropFirst())
  }

  @Test("random bytes and spoiled lines never stop a reader")
  func noise() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("Postfix noise: seed \(seed)")
    var random = SplitMix64(seed: seed)
    let programs = Set(Self.lines.map(\.program)).sorted()
    let readers = programs.compactMap { $0.withBytes { Postfix.reader(for: $0) } }
    #expect(readers.count == programs.count)
    let fact = Fact()
    var json = JSONWriter()
    for round in 0..<20_000 {
      var bytes: [UInt8]
      if round % 4 == 0 {
        bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      } else {
        bytes = Array(Self.lines.randomElement(using: &random)!.text.utf8)
        let other = Array(Self.lines.randomElement(using: &random)!.text.utf8)
        if round % 4 == 1 { bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &random)) + other.suffix(20) }
        if round % 4 == 2 {
          let (a, b) = (
            Int.random(in: 0...bytes.count, using: &random), Int.random(in: 0...bytes.count, using: &random)
          )
          bytes.removeSubrange(min(a, b)..<max(a, b))
        }
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = [
            0x20, 0x3C, 0x3E, 0x22, 0x5B, 0x5D, 0x3A, 0x2C, 0x28, 0xFF,
          ]
          .randomElement(using: &random)!
        }
      }
      bytes.withBytes { text in
        for reader in readers {
          fact.clear()
          guard reader(text, fact) == .recognized else { continue }
          json.out.removeAll()
          json.beginObject()
          fact.writeMembers(to: &json)
          json.endObject()
        }
      }
    }
  }

  @Test("a hostile line costs no more than its length allows")
  func hostile() throws {
    let reader = try #require("postfix/smtpd".withBytes { Postfix.reader(for: $0) })
    let cleanup = try #require("postfix/cleanup".withBytes { Postfix.reader(for: $0) })
    let fact = Fact()
    let begun = ContinuousClock.now
    for piece in ["; from=<", " from a[1]; from=<", "; from=<\"", "<\"", "> to=<", "queued as ", " (", ": ", "[a]"] {
      let many = String(repeating: piece, count: 65_536 / piece.utf8.count)
      for (read, head) in [
        (reader, "NOQUEUE: reject: RCPT from a[1.2.3.4]: 554 5.7.1 "), (cleanup, "ABCDEF1: reject: header "),
      ] {
        (head + many).withBytes { text in
          for _ in 0..<20 {
            fact.clear()
            _ = read(text, fact)
          }
        }
      }
    }
    #expect(ContinuousClock.now - begun < .seconds(20))
  }

  @Test("a reply that smtpd cut within its address leaves sender and recipient")
  func cutReply() throws {
    let reader = try #require("postfix/smtpd".withBytes { Postfix.reader(for: $0) })
    let address = String(repeating: "a", count: 600) + "@example.net"
    let reply = String("550 5.1.1 <\(address)>: Recipient address rejected: User unknown".prefix(510))
    let fact = Fact()
    let line =
      "NOQUEUE: reject: RCPT from mx[192.0.2.1]: \(reply); from=<b@example.org> to=<\(address)> proto=ESMTP helo=<mx>"
    line.withBytes { text in
      #expect(reader(text, fact) == .recognized)
      #expect(fact[.sender]?.string == "b@example.org" && fact[.recipient]?.string == address)
      #expect(fact[.reply]?.string == reply && fact[.code] == 550)
    }
  }

  @Test("a program is Postfix's if its last component names a daemon and another stands before it")
  func programs() {
    for name in [
      "postfix/smtpd", "postfix/submission/smtpd", "postfix/relay/smtp", "postfix-out/smtp", "mta1/smtpd",
      "postfix/10025/smtpd",
      "postfix", "postfix/postfix-script", "postfix/sendmail", "postfix/tlsmgr", "postfix/smtps/smtpd",
      "postfix/never-heard-of", "postfix-out/submission/never-heard-of", "postmulti",
    ] {
      #expect(name.withBytes { Postfix.reader(for: $0) } != nil, "\(name)")
    }
    for name in [
      "smtpd", "sendmail", "/smtpd", "/usr/sbin/sendmail", "postfix/", "mta1/policyd-spf", "rspamd/smtpdx", "", "/",
    ] {
      #expect(name.withBytes { Postfix.reader(for: $0) } == nil, "\(name)")
    }
  }
}
