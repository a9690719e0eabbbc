import ArgumentParser
import Bytes
import Glibc
import Ingest

/// Options that all commands share.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, help: "The store: a SQLite file (default: $MAILFLOW_STORE, else mailflow.sqlite here).")
  var store: String?

  @Option(name: .long, help: "The time zone of what is shown, such as Europe/Berlin (default: the system's).")
  var timezone: String?

  @Flag(name: .long, help: "Say nothing on standard error but errors.")
  var quiet = false

  @Flag(name: .long, help: "Say on standard error what is read, how it is understood, and how long it took.")
  var verbose = false

  @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
  var noColor = false

  var storePath: String {
    let named = store ?? getenv("MAILFLOW_STORE").map { String(cString: $0) }
    return named.flatMap { $0.isEmpty ? nil : $0 } ?? "mailflow.sqlite"
  }

  /// What --verbose tells, from now on.
  var narration: Narration { Narration(isOn: verbose && !quiet, zone: (try? zone()) ?? .utc) }

  func zone() throws -> TimeZone {
    if let timezone { return try TimeZone(named: timezone) }
    return (try? TimeZone.system()) ?? .utc
  }
}

/// Options that say what inputs are.
struct InputOptions: ParsableArguments {
  @Option(name: .long, help: "The host of logs that name none; completes short names, too.")
  var host: String?

  @Option(name: .customLong("log-timezone"), help: "The zone of stamps without an offset (default: the system's).")
  var logTimezone: String?

  @Option(name: .long, help: "The year of the first stamp, for logs without years.")
  var year: Int?

  @Option(name: .customLong("as"), help: "Read inputs as this format, whatever they look like (see mailflow formats).")
  var format: String?

  func ingestOptions() throws -> IngestOptions {
    var options = IngestOptions(timeZone: try zone())
    options.host = host
    if let year, !(1900...9999).contains(year) {
      throw ValidationError("\(year) is not a year. Write one such as 2026.")
    }
    options.year = year
    if let format {
      guard let known = SourceFormat.all.first(where: { $0.name == format }) else {
        throw ValidationError("There is no format named \(format). See mailflow formats.")
      }
      options.format = known
    }
    return options
  }

  private func zone() throws -> TimeZone {
    if let logTimezone { return try TimeZone(named: logTimezone) }
    return (try? TimeZone.system()) ?? .utc
  }
}

/// The same for commands whose --host and --as mean something else.
struct SilentInputOptions: ParsableArguments {
  @Option(name: .customLong("log-host"), help: "The host of logs that name none; completes short names, too.")
  var host: String?

  @Option(name: .customLong("log-timezone"), help: "The zone of stamps without an offset (default: the system's).")
  var logTimezone: String?

  @Option(name: .long, help: "The year of the first stamp, for logs without years.")
  var year: Int?

  var options: InputOptions {
    var options = InputOptions()
    (options.host, options.logTimezone, options.year, options.format) = (host, logTimezone, year, nil)
    return options
  }
}

/// Logs to analyse in one go, instead of a store.
struct DirectInput: ParsableArguments {
  @Option(name: .long, parsing: .upToNextOption, help: "Read these files instead of a store.")
  var input: [String] = []

  /// With files that stand without --input before them.
  func with(_ paths: [String]) -> DirectInput {
    var all = self
    all.input += paths
    return all
  }
}
