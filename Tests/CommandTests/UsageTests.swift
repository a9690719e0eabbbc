import Foundation
import Testing

/// Wrong calls, answers that are empty, and outputs that cannot be written.
struct UsageTests {
  @Test(
    "a wrong call ends with 64 and says what is right",
    arguments: [
      (["trace", "--outcome", "nonsense"], "There is no outcome named nonsense. There are: delivered,"),
      (["report", "--nonsense"], "Unknown option '--nonsense'"),
      (["report", "--as", "sawmill", "story"], "--as knows only pflogsumm."),
      (["report", "--day", "2026-10-24", "--since", "2026-10-24"], "exclude each other"),
      (["report", "--since", "2026-10-25", "--until", "2026-10-24", "story"], "--since must be before --until."),
      (["report", "--day", "2026-13-01", "story"], "2026-13-01 is not a date or time. Write 2026-10-24"),
      (["trace", "--longer-than", "ages", "--input", "story"], "ages is not a duration. Write 90, 15m, 4h or 2d."),
      (["ingest", "--as", "nonsense", "story"], "There is no format named nonsense. See mailflow formats."),
      (["stuck", "--timezone", "Mars/Olympus", "--input", "story"], "Mars/Olympus"),
      (["trace", "--format", "csv", "--input", "story"], "does not write csv, but text, json or ndjson."),
      (["stuck", "--format", "html", "--input", "story"], "does not write html, but text or json."),
      (["query", "daily-totals", "--format", "markdown", "--input", "story"], "but text, json or csv."),
      (["ingest", "--format", "csv", "story"], "does not write csv, but text or json."),
      (["report", "--format", "ndjson", "story"], "does not write ndjson, but text, json, csv, markdown or html."),
      (["report", "--format", "html", "--as", "pflogsumm", "story"], "--as pflogsumm is a text of its own"),
      (["parse", "--format", "text", "story"], "This command writes ndjson only."),
      (["report", "--year", "20266", "story"], "20266 is not a year. Write one such as 2026."),
      (["report", "--day", "2026-10-24T17:00", "story"], "2026-10-24T17:00 is not a day."),
      (
        ["trace", "--input", "story", "bob@example.net"],
        "bob@example.net is no file. If it is what to look for, write it before --input, or at the end behind --."
      ),
      (["ingest"], "Missing expected argument '<paths> ...'"),
      (["nonsense"], "nonsense"),
    ])
  func wrongCall(arguments: [String], words: String) throws {
    let run = try Executable.run(arguments)
    #expect(run.status == 64)
    #expect(run.complaint.contains(words), "\(run.complaint)")
    #expect(run.output.isEmpty)
  }

  @Test("a mistake in a value is told in one sentence")
  func sentence() throws {
    let run = try Executable.run(["trace", "--since", "tomorrow", "--input", "story"])
    #expect(
      run.complaint
        == "mailflow: tomorrow is not a date or time. Write 2026-10-24, 2026-10-24T17:10, yesterday or today, or add an offset.\n"
    )
  }

  @Test("days may be named by today and yesterday wherever a time is asked for")
  func days() throws {
    let old = try Executable.run(["trace", "--since", "yesterday"] + fixed + ["--input", "story"])
    #expect(old.status == 1 && old.complaint == "mailflow: no message found.\n")
    #expect(try Executable.run(["trace", "--until", "today"] + fixed + ["--input", "story"]).status == 0)
  }

  @Test("files need no option where nothing else can be meant, and where they do that is told")
  func files() throws {
    for command in ["stuck", "unrecognized"] {
      let named = try Executable.run([command] + fixed + ["story"])
      #expect(named.status == 0)
      #expect(try named.output == Executable.run([command] + fixed + ["--input", "story"]).output)
    }
    let run = try Executable.run(["trace", Fixtures.edgeLog] + fixed + ["--input", "story"])
    #expect(run.status == 1)
    #expect(
      run.complaint
        == "mailflow: no message found for \(Fixtures.edgeLog). That is a file: write --input before it to read it.\n")
  }

  @Test("a part of an address is not found by itself, and it is told how")
  func partOfAddress() throws {
    let run = try Executable.run(["trace", "heidi"] + fixed + ["--input", "story"])
    #expect(run.status == 1)
    #expect(
      run.complaint
        == "mailflow: no message found for heidi. A part of an address is found with --sender or --recipient.\n")
    #expect(try Executable.run(["trace", "--recipient", "heidi"] + fixed + ["--input", "story"]).status == 0)
  }

  @Test("an empty MAILFLOW_STORE is none")
  func emptyStore() throws {
    let run = try Executable.run(["stuck"], environment: ["MAILFLOW_STORE": ""])
    #expect(run.status == 66 && run.complaint.hasPrefix("mailflow: mailflow.sqlite: no such store."))
  }

  @Test("what all commands share may stand before the command, too")
  func optionsBefore() throws {
    let after = try Executable.run(["report", "--timezone", "Asia/Tokyo", "--year", "2026", "story"])
    let before = try Executable.run(["--timezone", "Asia/Tokyo", "report", "--year", "2026", "story"])
    #expect(before.status == 0 && before.output == after.output)
    #expect(after.output.contains("zone   Asia/Tokyo"))
    let told = try Executable.run(["--verbose", "report", "--year", "2026", "story"])
    #expect(told.complaint.contains("lines/s") && told.output.hasPrefix("Mail traffic\n"))
  }

  @Test("queries that are not there or do not run are told with a way out")
  func queries() throws {
    let scratch = try Scratch()
    let path = scratch.path("queries")
    let call = ["query", "wrong"] + fixedLogs + ["--input", "story", "--queries"]
    let none = try Executable.run(call + [path])
    #expect(none.status == 64 || none.status == 66)
    #expect(
      none.complaint
        == "mailflow: The queries cannot be read (\(path): No such file or directory). Name their folder with --queries, or set MAILFLOW_QUERIES.\n"
    )
    try scratch.write("-- Wrong.\nSELECT nonsense FROM hop;\n", to: "queries/wrong.sql")
    let wrong = try Executable.run(call + [path])
    #expect(wrong.status == 64)
    #expect(
      wrong.complaint
        == "mailflow: The query wrong does not run (no such column: nonsense). Try it in the sqlite3 shell.\n")
  }

  @Test("no match ends with 1, and says so unless it is to be quiet")
  func noMatch() throws {
    let run = try Executable.run(["trace", "nobody@nowhere.example"] + fixed + ["--input", "story"])
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.complaint == "mailflow: no message found for nobody@nowhere.example.\n")
    let quiet = try Executable.run(["trace", "nobody@nowhere.example", "--quiet"] + fixed + ["--input", "story"])
    #expect(quiet.status == 1 && quiet.complaint.isEmpty)
    let json = try Executable.run(
      ["trace", "nobody@nowhere.example", "--format", "json", "--quiet"] + fixed + ["--input", "story"])
    #expect(json.status == 1)
    #expect(json.output == "{\"messages\":[]}\n")
  }

  @Test(
    "a full disk behind standard output ends with 74",
    arguments: [
      "trace --input story", "report story", "parse story", "formats", "stuck --input story", "dump --input story",
    ])
  func fullDisk(command: String) throws {
    let run = try Executable.shell(
      "\"$mailflow\" \(command) --year 2026 2>&1 >/dev/full".replacing("formats --year 2026", with: "formats"))
    #expect(run.status == 74, "\(run.output)")
    #expect(run.output == "mailflow: standard output cannot be written (No space left on device).\n")
  }

  @Test("a reader that has seen enough ends the program without a word")
  func brokenPipe() throws {
    let run = try Executable.shell(
      "for n in 1 2 3 4 5 6 7 8 9; do cat story/mx1/mail.log; done"
        + " | { \"$mailflow\" parse --year 2026 -; echo $? >&2; } | head -n 1 >/dev/null")
    // 141: ended by the signal SIGPIPE.
    #expect(run.complaint == "141\n")
  }

  @Test("help fits a screen of 80 columns, and names the formats that a command writes")
  func helpFits() throws {
    for command in ["ingest", "trace", "stuck", "report", "query", "parse", "unrecognized", "formats", "dump"] {
      let help = try Executable.run(["help", command]).output
      #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE") }, "\(help)")
      for line in help.split(separator: "\n") where line.hasPrefix("  mailflow") {
        #expect(line.count < 80 && line.last != "-", "\(line)")
      }
      #expect(!help.contains("(values: "))
    }
  }

  @Test("help and version need nothing")
  func help() throws {
    for arguments in [["--help"], ["--version"], ["report", "--help"], ["help", "trace"]] {
      let run = try Executable.run(arguments)
      #expect(run.status == 0 && run.complaint.isEmpty && !run.output.isEmpty)
    }
  }
}
