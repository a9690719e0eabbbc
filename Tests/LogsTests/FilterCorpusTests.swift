import Foundation
import Testing

@testable import Logs

@Suite("Corpora of the filters")
struct FilterCorpusTests {
  static let programs: Set<String> = [
    "opendkim", "opendmarc", "dovecot", "spampd", "spamd", "policyd-spf", "postgrey", "amavis",
  ]

  private func unrecognized(_ lines: [(String, String)]) -> [String] {
    lines.filter { FilterFixtures.describe($0.0, $0.1) == "unrecognized" }.map { "\($0.0): \($0.1)" }
  }

  @Test("no filter's line in the logs of the Postfix hosts is unknown")
  func postfixHosts() {
    guard
      let lines = FilterCorpus.lines(
        in: "postfix/logs",
        where: { $0.hasPrefix("mail.log") || $0.hasPrefix("syslog") || $0.hasPrefix("journal-short") })
    else { return }
    let unknown = unrecognized(lines.compactMap { FilterCorpus.split($0, programs: Self.programs) })
    #expect(unknown.isEmpty, "\(unknown.prefix(5))")
  }

  @Test("no line in rspamd's own files is unknown")
  func rspamdFiles() {
    guard let lines = FilterCorpus.lines(in: "postfix/logs", where: { $0.hasPrefix("rspamd") }) else { return }
    let unknown = unrecognized(lines.compactMap { line in FilterCorpus.splitRspamd(line).map { ("rspamd", $0) } })
    #expect(unknown.isEmpty, "\(unknown.prefix(5))")
  }

  @Test("no filter's line in the logs of Exim's, Sendmail's and OpenSMTPD's hosts is unknown")
  func otherHosts() {
    guard let lines = FilterCorpus.lines(in: "multi-mta/logs", where: { $0.hasPrefix("mail.") }) else { return }
    let unknown = unrecognized(lines.compactMap { FilterCorpus.split($0, programs: Self.programs) })
    #expect(unknown.isEmpty, "\(unknown.prefix(5))")
  }

  @Test("the verdicts in rspamd's own test data add up to its own count")
  func rspamdStatistics() {
    guard let lines = FilterCorpus.lines(in: "public/mta-logs/rspamd-logstats", where: { $0.hasSuffix(".data") }) else {
      return
    }
    var actions: [String: Int] = [:]
    for line in lines {
      guard let text = FilterCorpus.splitRspamd(line) else { continue }
      let facts = FilterFixtures.describe("rspamd", text)
      for action in ["add header", "greylist", "no action", "reject"] where facts.contains(#""action":"\#(action)""#) {
        actions[action, default: 0] += 1
      }
    }
    #expect(actions == ["add header": 2, "greylist": 1, "no action": 4, "reject": 3])
  }

  @Test("failed logins in public logs of Dovecot are told with user or address, and passwords never")
  func dovecotLogins() {
    guard let lines = FilterCorpus.lines(in: "public/mta-logs", where: { $0.hasPrefix("dovecot") }) else { return }
    var failures = 0
    for line in lines {
      guard let (program, text) = FilterCorpus.split(line, programs: ["dovecot"]) else { continue }
      let facts = FilterFixtures.describe(program, text)
      #expect(!facts.contains("assword123") && !facts.contains("21bd12"), "\(text)")
      guard facts.contains(#""event":"auth""#), facts.contains(#""result":"fail""#) else { continue }
      failures += 1
      #expect(facts.contains(#""address""#) || facts.contains(#""user""#), "\(text)")
    }
    #expect(failures > 30)
  }
}
