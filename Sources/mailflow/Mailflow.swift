import ArgumentParser
import Bytes
import Glibc

/// The command line.
@main
struct Mailflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mailflow",
    abstract: "Trace mail over every host, and report how it flowed.",
    discussion: """
      Reads the logs of Postfix and of the filters around it, and raw messages, gzipped or not. Three jobs:

        mailflow trace bob@example.org --input mail.log    where is my message?
        mailflow report --input mail.log                   how did mail flow?
        mailflow stuck --input mail.log                    what is stuck, and why?

      With a store it remembers: mailflow ingest /var/log/mail.log*, then trace, stuck, report, query without --input.

      Exit status: 0 done; 1 nothing found; 64 wrong call; 65 some input was damaged (the rest was processed); \
      66 input or store missing; 73, 74 cannot write; 70 a bug.
      """,
    version: "0.1.0",
    subcommands: [
      IngestCommand.self, TraceCommand.self, StuckCommand.self, ReportCommand.self, QueryCommand.self,
      ParseCommand.self,
      UnrecognizedCommand.self, FormatsCommand.self, DumpCommand.self,
    ])

  /// They may stand before the command as well; each command shows them in its help.
  @OptionGroup(visibility: .private) var common: CommonOptions

  static func main() {
    signal(SIGPIPE, SIG_DFL)
    LargePages.giveBackFreed()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as ValidationError {
      // Found only while the command ran: its usage was right.
      Complaint.write(error.message)
      exit(withError: Status.usage)
    } catch {
      exit(withError: error)
    }
  }
}

/// Exit statuses, those of sysexits.h where they fit.
enum Status {
  static let notFound = ExitCode(1)
  static let usage = ExitCode(64)
  static let damagedInput = ExitCode(65)
  static let missingInput = ExitCode(66)
  static let bug = ExitCode(70)
  static let cannotCreate = ExitCode(73)
  static let cannotWrite = ExitCode(74)
}
