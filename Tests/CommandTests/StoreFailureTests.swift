import Foundation
import Testing

/// Stores that are missing, foreign, too new, in use, damaged or not writable.
struct StoreFailureTests {
  private let scratch: Scratch
  private var store: String { scratch.path("store.sqlite") }

  init() throws { scratch = try Scratch() }

  private func ingest(_ path: String? = nil) throws -> Executable.Run {
    try Executable.run(["ingest", "--quiet", "--store", path ?? store] + fixedLogs + ["story"])
  }

  private func sqlite(_ statement: String) throws -> Bool {
    let run = try Executable.launch(
      "/bin/sh", ["-c", "sqlite3 \"$1\" \"$2\"", "sh", store, statement], in: scratch.folder, environment: [:])
    if run.status == 127 { print("skipped: sqlite3 is not installed") }
    return run.status == 0
  }

  @Test("a missing store ends with 66 and a way out", arguments: ["trace", "stuck", "report", "dump", "unrecognized"])
  func missing(command: String) throws {
    let run = try Executable.run([command, "--store", store])
    #expect(run.status == 66)
    #expect(
      run.complaint.hasPrefix(
        "mailflow: \(store): no such store. Make one with `mailflow ingest --store \(store) LOG…`"))
    #expect(!FileManager.default.fileExists(atPath: store))
  }

  @Test("a file that is no store is refused and left as it is")
  func foreign() throws {
    for text in ["hello, I am a text file\n", ""] {
      try scratch.write(text, to: "store.sqlite")
      for run in [try Executable.run(["trace", "--store", store]), try ingest()] where !text.isEmpty {
        #expect(run.status == 65)
        #expect(run.complaint.contains("not a store of mailflow"))
      }
      if !text.isEmpty { #expect(try String(contentsOfFile: store, encoding: .utf8) == text) }
    }
  }

  @Test("another program's database is refused and left as it is")
  func otherDatabase() throws {
    guard try sqlite("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')") else { return }
    let before = try Data(contentsOf: URL(fileURLWithPath: store))
    for run in [try Executable.run(["stuck", "--store", store]), try ingest()] {
      #expect(run.status == 65)
      #expect(
        run.complaint
          == "mailflow: \(store): not a store of mailflow. Name another file with --store; nothing in this one was changed.\n"
      )
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
  }

  @Test("a store of a newer version is refused")
  func newer() throws {
    _ = try ingest()
    guard try sqlite("PRAGMA user_version = 99") else { return }
    for run in [try Executable.run(["stuck", "--store", store]), try ingest()] {
      #expect(run.status == 65)
      #expect(run.complaint.contains("written by a newer mailflow (schema 99, this one knows "))
    }
  }

  @Test("a store that another program writes to ends ingestion with 74 and stays as it was")
  func locked() throws {
    _ = try ingest()
    let before = try Executable.run(["dump", "--canonical", "--store", store]).output
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = ["sqlite3", "-bail", store]
    let (input, output) = (Pipe(), Pipe())
    (holder.standardInput, holder.standardOutput) = (input, output)
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3") else {
      print("skipped: sqlite3 is not installed")
      return
    }
    try holder.run()
    input.fileHandleForWriting.write(Data("BEGIN EXCLUSIVE;\nSELECT 'held';\n".utf8))
    _ = output.fileHandleForReading.availableData
    try scratch.write("Oct 25 00:01:00 mx1 postfix/qmgr[9]: 553441660C9: removed\n", to: "mail.log")
    let run = try Executable.run(["ingest", "--store", store] + fixedLogs + [scratch.path("mail.log")])
    input.fileHandleForWriting.closeFile()
    holder.waitUntilExit()
    #expect(run.status == 74)
    #expect(
      run.complaint == "mailflow: \(store): another program is writing to the store. Try again when it has finished.\n")
    #expect(try Executable.run(["dump", "--canonical", "--store", store]).output == before)
  }

  @Test("a folder that does not exist or may not be written ends with a sentence")
  func unusableFolder() throws {
    let run = try ingest(scratch.path("no/such/folder/store"))
    #expect([73, 74].contains(run.status))
    #expect(run.complaint.hasPrefix("mailflow: \(scratch.path("no/such/folder/store")): "))
    guard getuid() != 0 else {
      print("skipped: root may write everywhere")
      return
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: scratch.folder.path)
    let second = try ingest()
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: scratch.folder.path)
    #expect([73, 74].contains(second.status) && second.complaint.contains("Change its permissions"))
  }

  @Test("a damaged store is told as such, and never ends in a crash")
  func damaged() throws {
    _ = try ingest()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
    for index in 4096..<bytes.count where index % 3 == 0 { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    try scratch.write(bytes, to: "store.sqlite")
    for command in ["trace", "stuck", "report", "dump", "unrecognized"] {
      let run = try Executable.run([command, "--store", store])
      #expect(run.signal == nil && run.status != 0, "\(command): \(run.output)")
      #expect(run.status == 65, "\(command): \(run.status) \(run.complaint)")
    }
  }

  @Test("nothing of a run is kept when the store cannot be written to its end")
  func noRoom() throws {
    let run = try Executable.shell(
      "ulimit -f 40; trap '' XFSZ; \"$mailflow\" ingest --store \(store) --year 2026 story")
    #expect([73, 74].contains(run.status), "\(run.status) \(run.complaint)")
    #expect(run.signal == nil && run.complaint.hasPrefix("mailflow: \(store): "))
    #expect(try Executable.run(["stuck", "--store", store]).status == 66)
  }

  @Test("a full disk ends ingestion with 74, and a store on it stays as it was")
  func fullDisk() throws {
    guard try Executable.shell("unshare -rm mount -t tmpfs none /mnt").status == 0 else {
      print("skipped: no small disk can be mounted here")
      return
    }
    let lines = (0..<20_000).map {
      "Oct 25 00:01:00 mx1 postfix/qmgr[9]: \(String($0 + 0xA00000, radix: 16, uppercase: true)): "
        + "from=<ann\($0)@example.com>, size=900, nrcpt=1 (queue active)\n"
    }
    try scratch.write(lines.joined(), to: "large.log")
    // A small store, one that has no room, one that has no room to grow; then what the small store has.
    let script = """
      mount -t tmpfs -o size=1m none /mnt
      "$mailflow" ingest --quiet --store /mnt/small --year 2026 story || exit 1
      "$mailflow" dump --canonical --store /mnt/small > "$0/before"
      "$mailflow" ingest --quiet --store /mnt/large --year 2026 "$0/large.log"; echo $?
      "$mailflow" ingest --quiet --store /mnt/small --year 2026 "$0/large.log"; echo $?
      "$mailflow" dump --canonical --store /mnt/small > "$0/after"
      cmp "$0/before" "$0/after" && ls /mnt
      """
    let run = try Executable.launch(
      "/usr/bin/env", ["unshare", "-rm", "sh", "-c", script, scratch.folder.path], in: Fixtures.folder,
      environment: ["mailflow": Executable.path])
    #expect(run.output == "74\n74\nsmall\n")
    let reason = "no space left on the disk. Nothing of this run was kept; make room and run it again."
    #expect(run.complaint == "mailflow: /mnt/large: \(reason)\nmailflow: /mnt/small: \(reason)\n")
  }
}
