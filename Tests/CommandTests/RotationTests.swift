import Foundation
import Testing

/// Logs as logrotate leaves them: renamed, packed, grown.
struct RotationTests {
  private let scratch: Scratch
  private var store: String { scratch.path("store.sqlite") }
  private let lines: [String]

  init() throws {
    scratch = try Scratch()
    lines = try Fixtures.text(Fixtures.edgeLog).split(separator: "\n").map { $0 + "\n" }
  }

  private func ingest() throws -> [String: [String: Any]] {
    let run = try Executable.run(
      ["ingest", "--store", store, "--format", "json"] + fixedLogs + [scratch.path("logs")])
    #expect(run.status == 0, "\(run.complaint)")
    let sources = try #require(try run.json()["sources"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: sources.map { (URL(fileURLWithPath: $0["path"] as! String).lastPathComponent, $0) })
  }

  private func dump() throws -> String { try Executable.run(["dump", "--canonical", "--store", store]).output }

  private func write(_ range: Range<Int>, to name: String) throws {
    try scratch.write(lines[range].joined(), to: "logs/" + name)
  }

  private func move(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(at: scratch["logs/" + from], to: scratch["logs/" + to])
  }

  @Test("a log that grows, is renamed and is packed counts once")
  func rotation() throws {
    try write(0..<10, to: "mail.log")
    #expect(try ingest()["mail.log"]?["lines"] as? Int == 10)
    try write(0..<30, to: "mail.log")
    #expect(try ingest()["mail.log"]?["lines"] as? Int == 20)

    try move("mail.log", "mail.log.1")
    try write(30..<45, to: "mail.log")
    let rotated = try ingest()
    #expect(rotated["mail.log.1"]?["skipped"] as? String == "already read")
    #expect(rotated["mail.log"]?["lines"] as? Int == 15)

    try scratch.gzip("logs/mail.log.1")
    try FileManager.default.removeItem(at: scratch["logs/mail.log.1"])
    try move("mail.log.1.gz", "mail.log.2.gz")
    try move("mail.log", "mail.log.1")
    try write(45..<63, to: "mail.log")
    let packed = try ingest()
    #expect(packed["mail.log.2.gz"]?["skipped"] as? String == "already read")
    #expect(packed["mail.log.1"]?["skipped"] as? String == "already read")
    #expect(packed["mail.log"]?["lines"] as? Int == 18)

    let pieces = try dump()
    let once = try Executable.run(["dump", "--canonical"] + fixedLogs + ["--input", Fixtures.edgeLog]).output
    #expect(pieces == once && !once.isEmpty)
  }

  @Test("a message that is read again is known, and its bytes are counted once")
  func messageAgain() throws {
    let text = "Message-ID: <1@client.example>\nFrom: a@client.example\nSubject: once\n\nText.\n"
    try scratch.write(text, to: "logs/one.eml")
    let first = try ingest()
    #expect(first["one.eml"]?["lines"] as? Int == 1 && first["one.eml"]?["bytes"] as? Int == text.utf8.count)
    let before = try dump()
    let second = try ingest()
    #expect(second["one.eml"]?["skipped"] as? String == "already read")
    #expect(try dump() == before)
    try scratch.write(text + "And more.\n", to: "logs/one.eml")
    #expect(try ingest()["one.eml"]?["lines"] as? Int == 1)
    #expect(try dump().split(separator: "\n").count == before.split(separator: "\n").count)
  }

  @Test("the same file again, or a packed copy of it, changes nothing")
  func again() throws {
    try write(0..<63, to: "mail.log")
    _ = try ingest()
    let before = try dump()
    #expect(try ingest()["mail.log"]?["skipped"] as? String == "already read")
    try scratch.gzip("logs/mail.log")
    #expect(try ingest()["mail.log.gz"]?["skipped"] as? String == "already read")
    #expect(try dump() == before)
  }

  @Test("the order of files does not matter")
  func order() throws {
    try write(0..<30, to: "mail.log.1")
    try write(30..<63, to: "mail.log")
    let orders = [["mail.log.1", "mail.log"], ["mail.log", "mail.log.1"]]
    let dumps = try orders.map { names in
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).filter { $0.hasPrefix("store") }
        .forEach { try FileManager.default.removeItem(at: scratch[$0]) }
      for name in names {
        let run = try Executable.run(
          ["ingest", "--quiet", "--store", store] + fixedLogs + [scratch.path("logs/" + name)])
        #expect(run.status == 0)
      }
      return try dump()
    }
    #expect(dumps[0] == dumps[1] && !dumps[0].isEmpty)
  }

  @Test("lines that stand in two overlapping logs count once")
  func overlap() throws {
    try write(0..<40, to: "a.log")
    try write(20..<63, to: "b.log")
    _ = try ingest()
    let once = try Executable.run(["dump", "--canonical"] + fixedLogs + ["--input", Fixtures.edgeLog]).output
    #expect(try dump() == once)
  }
}
