import Foundation
import Testing

/// Inputs that are missing, broken or hostile: each is told, none stops the others, and the exit status says so.
struct InputFailureTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func ingest(_ paths: [String], _ options: [String] = []) throws -> Executable.Run {
    try Executable.run(["ingest", "--store", scratch.path("store"), "--format", "json"] + fixedLogs + options + paths)
  }

  private func sources(_ run: Executable.Run) throws -> [[String: Any]] {
    try #require(try run.json()["sources"] as? [[String: Any]])
  }

  private func lines(_ run: Executable.Run) throws -> [Int?] { try sources(run).map { $0["lines"] as? Int } }

  @Test("where no path is there, only that is said, with 66")
  func missing() throws {
    for command in [
      ["ingest", "--store", scratch.path("s"), "gone.log"], ["report", "gone.log"], ["parse", "gone.log"],
      ["trace", "--input", "gone.log", "--", "a@example.com"], ["stuck", "--input", "gone.log"],
    ] {
      let run = try Executable.run(command)
      #expect(run.status == 66)
      #expect(run.complaint == "mailflow: gone.log: no such file or folder. Check the spelling of the path.\n")
      #expect(run.output.isEmpty)
    }
  }

  @Test("where nothing was there to read, no store is made")
  func noStore() throws {
    let store = scratch.path("none")
    #expect(try Executable.run(["ingest", "--store", store, "gone.log"]).status == 66)
    #expect(!FileManager.default.fileExists(atPath: store))
  }

  @Test("a missing path does not keep the others from being read")
  func missingBesideGood() throws {
    let run = try ingest(["gone.log", Fixtures.edgeLog])
    #expect(run.status == 66)
    #expect(try lines(run) == [0, 63])
  }

  @Test("the table of an ingestion shows the inputs that are there, beside the error about the others")
  func tableBesideMissing() throws {
    let run = try Executable.run(
      ["ingest", "--store", scratch.path("store")] + fixedLogs + ["gone.log", "story/store"])
    #expect(run.status == 66)
    #expect(run.complaint == "mailflow: gone.log: no such file or folder. Check the spelling of the path.\n")
    #expect(
      run.lines.dropLast() == [
        "source                format          lines  recognized  ignored  unrecognized",
        "story/store/mail.log  syslog-rfc3339     42          40        2             0",
        "",
        "2 messages in 4 hops, 4 delivery attempts, 1 refusal, 5 sessions.",
      ])
  }

  @Test("a file that may not be read is told with the reason")
  func unreadable() throws {
    let path = try scratch.write(Fixtures.data(Fixtures.edgeLog), to: "mail.log")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    guard getuid() != 0 else {
      print("skipped: root may read everything")
      return
    }
    let run = try ingest([path])
    #expect(run.status == 66)
    #expect(run.complaint.contains("mail.log: cannot be read (permission denied). Check the owner and the permissions"))
  }

  @Test("an empty file and an empty folder are no error")
  func empty() throws {
    let file = try scratch.write("", to: "logs/empty.log")
    let run = try ingest([file])
    #expect(run.status == 0 && run.complaint.isEmpty)
    #expect(try sources(run)[0]["skipped"] as? String == "empty")
    let folder = try ingest([scratch.path("logs")])
    #expect(folder.status == 0 && folder.complaint.isEmpty)
  }

  @Test("a file that is no log is refused when it is named, and left out when it lies in a folder")
  func binary() throws {
    let bytes = Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 128) })
    let path = try scratch.write(bytes, to: "logs/picture.png")
    let named = try ingest([path])
    #expect(named.status == 65)
    #expect(
      named.complaint
        == "mailflow: \(path): not a log, message or mailbox that mailflow knows. See `mailflow formats`, or force one with --as.\n"
    )
    let found = try ingest([scratch.path("logs")])
    #expect(found.status == 0 && found.complaint.isEmpty)
    #expect((try sources(found)[0]["skipped"] as? String)?.hasPrefix("not a log") == true)
  }

  @Test("archives are refused with the command that unpacks them", arguments: ["tar -cf", "tar -czf"])
  func archives(pack: String) throws {
    let path = scratch.path("mail.log.archive")
    let made = try Executable.shell("\(pack) '\(path)' story/mx1/mail.log")
    #expect(made.status == 0, "\(made.complaint)")
    let run = try ingest([path])
    #expect(run.status == 65)
    #expect(
      run.complaint
        == "mailflow: \(path): packed with tar, which is not supported yet. Unpack it with tar -xf \(path) and read the result.\n"
    )
    #expect(try sources(run)[0]["lines"] as? Int == 0)
  }

  @Test("lines that tell of no mail are not passed over in silence")
  func noMail() throws {
    let path = try scratch.write("Oct 24 02:11:09 mx1 sshd[7]: Server listening on 0.0.0.0 port 22.\n", to: "auth.log")
    let run = try Executable.run(["ingest", "--store", scratch.path("store")] + fixedLogs + [path])
    #expect(run.status == 0)
    #expect(
      run.output.contains(
        "\nNo mail was found in these lines: mailflow reads logs of Postfix and of the filters around it.\n"))
  }

  @Test("nothing new is said in a sentence, without a table of nothing")
  func nothingNew() throws {
    try FileManager.default.createDirectory(atPath: scratch.path("none"), withIntermediateDirectories: true)
    let run = try Executable.run(["ingest", "--store", scratch.path("store"), scratch.path("none")])
    #expect(run.status == 0 && run.output == "Nothing new was read.\n")
  }

  @Test("a truncated gzip gives the lines before the break, and says where it is")
  func truncated() throws {
    try scratch.write(Fixtures.data(Fixtures.edgeLog), to: "mail.log")
    let packed = try Data(contentsOf: URL(fileURLWithPath: try scratch.gzip("mail.log")))
    let path = try scratch.write(packed.prefix(packed.count / 2), to: "cut.gz")
    let run = try ingest([path])
    #expect(run.status == 65)
    let count = try #require(try lines(run)[0])
    #expect(count > 5 && count < 63)
    #expect(run.complaint.hasPrefix("mailflow: \(path): damaged after "))
    #expect(
      run.complaint.contains(" at byte \(packed.count / 2) of the file). The \(count) lines before it were read. "))
    #expect(run.complaint.hasSuffix("Fetch the file again and ingest it: lines already known are not counted twice.\n"))
  }

  @Test("the whole file, fetched again, completes a truncated one and counts nothing twice")
  func completed() throws {
    try scratch.write(Fixtures.data(Fixtures.edgeLog), to: "mail.log")
    let whole = try scratch.gzip("mail.log")
    let packed = try Data(contentsOf: URL(fileURLWithPath: whole))
    try scratch.write(packed.prefix(packed.count / 2), to: "again.gz")
    _ = try ingest([scratch.path("again.gz")])
    try scratch.write(packed, to: "again.gz")
    #expect(try ingest([scratch.path("again.gz")]).status == 0)
    let pieces = try Executable.run(["dump", "--canonical", "--store", scratch.path("store")])
    let once = try Executable.run(["dump", "--canonical"] + fixedLogs + ["--input", Fixtures.edgeLog])
    #expect(pieces.output == once.output && !once.output.isEmpty)
  }

  @Test("a damaged gzip beside a good file leaves the good one whole")
  func damaged() throws {
    try scratch.write(Fixtures.data(Fixtures.edgeLog), to: "bad.log")
    var packed = try Data(contentsOf: URL(fileURLWithPath: try scratch.gzip("bad.log")))
    packed[packed.count / 2] ^= 0x55
    packed[packed.count / 2 + 1] ^= 0x55
    let bad = try scratch.write(packed, to: "bad.gz")
    let run = try ingest([bad, "story/store/mail.log"])
    #expect(run.status == 65)
    #expect(run.complaint.hasPrefix("mailflow: \(bad): damaged after "))
    #expect(try lines(run)[1] == 42)
  }

  @Test("half a line at the end counts once when the rest of it has come")
  func halfLine() throws {
    let whole = try Fixtures.data(Fixtures.edgeLog)
    let path = try scratch.write(whole.prefix(whole.count - 40), to: "mail.log")
    let half = try ingest([path])
    #expect(half.status == 0)
    #expect(half.complaint == "mailflow: \(path): the last line has no end yet; it is left for the next time.\n")
    #expect(try lines(half) == [62])
    try scratch.write(whole, to: "mail.log")
    #expect(try lines(try ingest([path])) == [1])
    let pieces = try Executable.run(["dump", "--canonical", "--store", scratch.path("store")])
    let once = try Executable.run(["dump", "--canonical"] + fixedLogs + ["--input", Fixtures.edgeLog])
    #expect(pieces.output == once.output)
  }

  @Test("a last line without an end is read when the file has rested, and when nothing is kept")
  func lineWithoutEnd() throws {
    let whole = try Fixtures.data(Fixtures.edgeLog)
    let path = try scratch.write(whole.dropLast(), to: "mail.log")
    #expect(try Executable.run(["parse"] + fixedLogs + [path]).lines.count == 53)
    let anHourAgo = Date(timeIntervalSinceNow: -3600)
    try FileManager.default.setAttributes([.modificationDate: anHourAgo], ofItemAtPath: path)
    let run = try ingest([path])
    #expect(try lines(run) == [63])
    #expect(run.complaint.isEmpty)
  }

  @Test("carriage returns, NUL bytes and bytes that are no UTF-8 change no count")
  func oddBytes() throws {
    let whole = try Fixtures.text(Fixtures.edgeLog)
    try scratch.write(whole.replacing("\n", with: "\r\n"), to: "crlf.log")
    let windows = try ingest([scratch.path("crlf.log")])
    #expect(windows.status == 0)
    #expect(try sources(windows)[0]["recognized"] as? Int == 53)
    var odd = Data(whole.utf8)
    odd.append(Data("Oct 24 00:01:00 mx1 postfix/smtpd[9]: connect from \u{0}\u{1B}[31m".utf8))
    odd.append(Data([0xFF, 0xFE, 0x80]))
    odd.append(Data("[198.51.100.9]\n\u{0}\u{0}\u{0}\n".utf8))
    try scratch.write(odd, to: "odd.log")
    for command in ["parse", "report"] {
      let run = try Executable.run([command] + fixed + [scratch.path("odd.log")])
      #expect(run.status == 0 && run.signal == nil)
      #expect(!run.output.contains("\u{1B}"))
    }
  }

  @Test("text from the wire reaches no terminal as an escape")
  func escapes() throws {
    let line =
      "Oct 24 00:01:00 mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example[198.51.100.9]: 550 5.1.1 <\u{1B}]0;x\u{07}@example.net>: "
      + "Recipient address rejected: no \u{1B}[31m; from=<b@example.org> to=<\u{1B}]0;x\u{07}@example.net> proto=ESMTP helo=<\u{9B}31m>\n"
    let path = try scratch.write(line, to: "mail.log")
    for command in [["trace", "--input", path], ["report", path]] {
      let run = try Executable.run([command[0]] + fixed + command.dropFirst())
      #expect(run.status == 0)
      #expect(
        run.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
    }
  }

  @Test("the first sender of all may be the null sender")
  func nullSenderFirst() throws {
    let log = "Oct 23 18:21:49 mx1 postfix/qmgr[268]: 491E81661B5: from=<>, size=3331, nrcpt=1 (queue active)\n"
    let run = try Executable.run(["report"] + fixed + [try scratch.write(log, to: "mail.log")])
    #expect(run.status == 0 && run.signal == nil)
  }

  @Test("standard input is read like a file")
  func standardInput() throws {
    let run = try Executable.shell(
      "gzip -c story/mx1/mail.log | \"$mailflow\" parse --log-timezone Europe/Berlin --year 2026 -")
    let file = try Executable.run(["parse"] + fixedLogs + [Fixtures.edgeLog])
    #expect(run.status == 0)
    #expect(run.lines.count == file.lines.count)
  }
}
