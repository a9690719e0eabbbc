import Foundation
import Testing

/// `ingest --follow`: logs that grow and are rotated under the program's eyes.
struct FollowTests {
  private let scratch: Scratch
  private let lines: [String]
  private var log: String { scratch.path("logs/mail.log") }
  private var store: String { scratch.path("store.sqlite") }

  init() throws {
    scratch = try Scratch()
    lines = try Fixtures.text("story/store/mail.log").split(separator: "\n").map { $0 + "\n" }
  }

  private func append(_ range: Range<Int>, to path: String) throws {
    let file = try #require(fopen(path, "a"))
    fputs(lines[range].joined(), file)
    fclose(file)
  }

  /// Waits until the runs have told of so many lines.
  private func waitUntil(_ count: Int, of process: Process) throws {
    for _ in 0..<600 where process.isRunning {
      let output = try String(contentsOf: scratch["out"], encoding: .utf8)
      let totals = try output.split(separator: "\n").compactMap {
        try (JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["totals"] as? [String: Any]
      }
      let lines = totals.reduce(0) { $0 + ($1["lines"] as? Int ?? 0) }
      if lines >= count { return #expect(lines == count) }
      usleep(100_000)
    }
    Issue.record("\(count) lines were not read: \(try String(contentsOf: scratch["complaints"], encoding: .utf8))")
  }

  /// Follows `path`, where ten lines are, and waits until they are read.
  private func follow(_ path: String) throws -> Process {
    for name in ["out", "complaints"] { try scratch.write("", to: name) }
    try scratch.write(lines[..<10].joined(), to: "logs/mail.log")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Executable.path)
    process.arguments = ["ingest", "--follow", "--format", "json", "--store", store, path]
    process.standardOutput = try FileHandle(forWritingTo: scratch["out"])
    process.standardError = try FileHandle(forWritingTo: scratch["complaints"])
    try process.run()
    try waitUntil(10, of: process)
    return process
  }

  private func stop(_ process: Process) throws {
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(try String(contentsOf: scratch["complaints"], encoding: .utf8) == "")
  }

  @Test("what is added before, during and after a rotation is read once, and a signal ends it well")
  func rotation() throws {
    let process = try follow(log)
    defer { process.terminate() }

    // Renamed in the moment in which it grows; then its writer, who has it open still, adds to it.
    try append(10..<15, to: log)
    try FileManager.default.moveItem(atPath: log, toPath: scratch.path("logs/mail.log.1"))
    try append(18..<30, to: log)
    try waitUntil(27, of: process)
    try append(15..<18, to: scratch.path("logs/mail.log.1"))
    try waitUntil(30, of: process)

    // Copied and cut.
    try append(30..<34, to: log)
    try FileManager.default.copyItem(atPath: log, toPath: scratch.path("logs/mail.log-20261125"))
    #expect(truncate(log, 0) == 0)
    try append(34..<42, to: log)
    try waitUntil(42, of: process)

    try stop(process)
    let pieces = try Executable.run(["dump", "--canonical", "--store", store]).output
    let once = try Executable.run(["dump", "--canonical", "--input", "story/store/mail.log"]).output
    #expect(pieces == once && !once.isEmpty)
  }

  @Test("a folder's new logs are read, and what is no log is no complaint")
  func folder() throws {
    let process = try follow(scratch.path("logs"))
    defer { process.terminate() }
    try scratch.write("\u{1}\u{2}no log\n", to: "logs/noise.bin")
    try append(10..<20, to: log)
    try append(20..<42, to: scratch.path("logs/other.log"))
    try waitUntil(42, of: process)
    try stop(process)
  }

  @Test("standard input cannot be followed, nor what is not there")
  func unusable() throws {
    #expect(try Executable.run(["ingest", "--follow", "--store", store, "-"]).status == 64)
    #expect(try Executable.run(["ingest", "--follow", "--store", store, scratch.path("gone.log")]).status == 66)
  }
}
