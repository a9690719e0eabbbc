import Foundation
import Testing

/// Whole screens of the story, read by eye before they were kept: `Fixtures/screens` is the truth.
struct ScreenTests {
  private func expect(_ arguments: [String], shows screen: String, status: Int32 = 0) throws {
    let run = try Executable.run(arguments)
    #expect(run.status == status, "\(run.complaint)")
    #expect(run.complaint.isEmpty)
    #expect(run.output == (try Fixtures.text("screens/\(screen).txt")))
  }

  @Test("a trace tells the way over both hosts, through the filter, with its evidence")
  func trace() throws {
    try expect(["trace", "3916F166CCD"] + fixed + ["--evidence", "--input", "story"], shows: "trace-evidence")
  }

  @Test("a trace by Message-ID tells why a message bounced, and names the notification")
  func bounced() throws {
    try expect(
      ["trace", "<1947521078.17242F87BF@mail.example.net>"] + fixed + ["--input", "story"], shows: "trace-bounced")
  }

  @Test("a trace tells that and why a message is on hold")
  func held() throws {
    try expect(
      ["trace"] + fixed + ["--host", "mx1", "--outcome", "held", "--input", "story"], shows: "trace-held")
  }

  @Test("refused transactions are found without a queue id")
  func rejected() throws {
    try expect(["trace"] + fixed + ["--outcome", "rejected", "--input", "story"], shows: "trace-rejected")
  }

  @Test("what is stuck stands grouped by cause")
  func stuck() throws { try expect(["stuck"] + fixed + ["--input", "story"], shows: "stuck") }

  @Test("the report counts each message once")
  func report() throws { try expect(["report"] + fixed + ["story"], shows: "report") }

  @Test("unrecognised lines stand as templates with their first place")
  func unrecognized() throws {
    try expect(["unrecognized"] + fixedLogs + ["--input", "story"], shows: "unrecognized")
  }

  @Test("formats are listed with an example of each")
  func formats() throws { try expect(["formats"], shows: "formats") }

  @Test("ingestion tells what it read, but for how long it took always the same")
  func ingest() throws {
    let scratch = try Scratch()
    let run = try Executable.run(["ingest", "--store", scratch.path("store")] + fixedLogs + ["story"])
    #expect(run.status == 0)
    func withoutDuration(_ lines: [String]) -> [Substring] {
      lines.map { $0.hasPrefix("15.") ? $0.prefix { $0 != "i" } : Substring($0) }
    }
    let golden = try Fixtures.text("screens/ingest.txt").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(withoutDuration(run.lines) == withoutDuration(golden.dropLast().map(String.init)))
  }

  @Test("without NO_COLOR, output that is no terminal has no escapes either")
  func colours() throws {
    let run = try Executable.run(
      ["trace"] + fixed + ["--input", "story"], environment: ["NO_COLOR": "", "TERM": "xterm-256color"])
    #expect(!run.output.contains("\u{1B}"))
  }
}
