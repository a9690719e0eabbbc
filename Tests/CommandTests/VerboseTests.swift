import Foundation
import Testing

/// What --verbose tells on standard error; how long something took is written as `T` here.
struct VerboseTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func narration(_ arguments: [String], status: Int32 = 0) throws -> [String] {
    let run = try Executable.run(arguments + ["--verbose", "--log-timezone", "Europe/Berlin"])
    #expect(run.status == status)
    let text = run.complaint.replacing(scratch.folder.path, with: "").replacing(/[0-9.]+ s\b/, with: "T")
    return text.replacing(/[0-9,]+ lines\/s/, with: "fast").split(separator: "\n").map(String.init)
  }

  @Test("an ingestion tells of each input, where it goes on, and what came of it")
  func ingest() throws {
    let edge = try Fixtures.data(Fixtures.edgeLog)
    let lines = edge.split(separator: 0x0A)
    let half = Data(lines.prefix(30).joined(separator: [0x0A])) + [0x0A]
    let log = try scratch.write(half, to: "mail.log")
    try scratch.write(Fixtures.data("story/store/mail.log"), to: "store.log")
    let packed = try scratch.gzip("store.log")
    let ingest = ["ingest", "--store", scratch.path("store"), "--year", "2026", "--host", "mx1"]
    #expect(
      try narration(ingest + [packed, log, "gone.log"], status: 66) == [
        "mailflow: /store.log.gz: syslog-rfc3339, gzip, host mx1, from byte 0.",
        "mailflow: /mail.log: syslog-rfc3164, host mx1, from byte 0.",
        "mailflow: 72 lines in T, fast.",
        "mailflow: 6 hops joined into 4 messages; 2 came in pieces and were settled.",
        "mailflow: done in T.",
        "mailflow: gone.log: no such file or folder. Check the spelling of the path.",
      ])
    try scratch.write(edge, to: "mail.log")
    #expect(
      try narration(ingest + [packed, log]) == [
        "mailflow: /store.log.gz: left out: already read.",
        "mailflow: /mail.log: syslog-rfc3164, host mx1, from byte 3,900.",
        "mailflow: 33 lines in T, fast.",
        "mailflow: 4 hops joined into 4 messages; 2 came in pieces and were settled.",
        "mailflow: done in T.",
      ])
  }

  @Test("a year that was guessed is told, and one that was corrected")
  func years() throws {
    #expect(
      try narration(["report", try log(of: ["Jan  5", "Feb  2"])]) == [
        "mailflow: /mail.log: syslog-rfc3164, from byte 0.",
        "mailflow: /mail.log: stamps have no year; the first is taken to be of 2026.",
        "mailflow: 2 lines in T, fast.",
        "mailflow: done in T.",
      ])
    #expect(
      try narration(["report", try log(of: ["Jan  5", "Jun 10", "Dec  1", "Mar  3", "Sep  9", "Feb  2"])]) == [
        "mailflow: /mail.log: syslog-rfc3164, from byte 0.",
        "mailflow: /mail.log: spans more than a year; all is read again, its first stamp as of 2024.",
        "mailflow: /mail.log: syslog-rfc3164, from byte 0.",
        "mailflow: 6 lines in T, fast.",
        "mailflow: done in T.",
      ])
  }

  /// A log with a line of each of these days, last written on 25 February 2026.
  private func log(of days: [String]) throws -> String {
    let lines = days.map { "\($0) 10:00:00 mx1 postfix/smtpd[1]: connect from a.example[192.0.2.1]\n" }
    let log = try scratch.write(lines.joined(), to: "mail.log")
    let written = Date(timeIntervalSince1970: 1_772_000_000)
    try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: log)
    return log
  }

  @Test(
    "a command that reads a store tells which, how much and from when", arguments: ["trace", "stuck", "report", "dump"])
  func store(command: String) throws {
    let store = scratch.path("store")
    _ = try Executable.run(["ingest", "--quiet", "--store", store] + fixedLogs + ["story"])
    let run = try Executable.run([command, "--store", store, "--timezone", "UTC"])
    let told = try Executable.run([command, "--store", store, "--timezone", "UTC", "--verbose"])
    #expect(told.output == run.output && run.complaint.isEmpty)
    let lines = told.complaint.split(separator: "\n")
    #expect(lines.first == "mailflow: \(store): 5 messages, 2026-10-23 15:10:28 to 2026-10-23 22:00:32 +00:00.")
    #expect(lines.count == 2 && lines[1].hasPrefix("mailflow: done in "))
    let quiet = try Executable.run([command, "--store", store, "--verbose", "--quiet"])
    #expect(quiet.complaint.isEmpty)
  }
}
