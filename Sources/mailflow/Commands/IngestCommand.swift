import Archive
import ArgumentParser
import Bytes
import Ingest
import Reports
import Store

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Read logs and messages into the store.",
    discussion: """
      Reads files, folders and standard input, gzipped or not, and tells formats by content. Reading a file again, or a grown, \
      rotated or packed copy of it, counts nothing twice. All or nothing: a run that is stopped leaves the store as it was.

        mailflow ingest /var/log/mail.log*
        mailflow ingest --follow /var/log/mail.log
        mailflow ingest --year 2026 --log-timezone Europe/Berlin Samples
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var inputs: InputOptions

  @Argument(help: "Files, folders, or - for standard input.")
  var paths: [String]

  @Option(name: .long, help: "text or json.")
  var format: AnswerFormat = .text

  @Flag(name: .long, help: "Read on as the logs grow and are rotated, until Ctrl-C.")
  var follow = false

  func validate() throws {
    try format.require(.text, .json)
    if follow && paths.contains("-") { throw ValidationError("--follow reads files and folders, not standard input.") }
  }

  func run() throws {
    let options = try attempt { try inputs.ingestOptions() }
    let reading = InputReading(paths, options: options, quiet: common.quiet, narration: common.narration)
    // Before anything is read, so that no change falls between.
    let watch = follow ? Watch(paths) : nil
    let ingestion = try attempt { try Ingestion.run(reading, path: common.storePath) }
    try show(ingestion)
    reading.narration.finish()
    let status = judge(ingestion.results, isFollowing: follow)
    if let watch, !ingestion.results.areAllMissing { try attempt { try readOn(watch, options) } }
    if let status { throw status }
  }

  /// Reads what changes, a second at a time, until a signal ends it. A store that is in use is tried again.
  private func readOn(_ watch: Watch, _ options: IngestOptions) throws {
    var options = options
    // A year was that of the first stamp; logs that begin from now on are of today.
    options.year = nil
    var due: [String] = []
    Interruption.await()
    while Interruption.passes(seconds: 1) {
      due += watch.changes().filter { !due.contains($0) }
      guard !due.isEmpty else { continue }
      let reading = InputReading(
        due, named: paths, options: options, quiet: common.quiet, narration: common.narration)
      do {
        let ingestion = try Ingestion.run(reading, path: common.storePath)
        if format == .json { try show(ingestion) }
        _ = judge(ingestion.results, isFollowing: true)
        due = []
      } catch StoreError.busy {
        continue
      }
    }
  }

  private func show(_ ingestion: Ingestion) throws {
    var output = Output()
    if format == .json {
      var json = JSONWriter()
      ingestion.summary.writeJSON(to: &json)
      json.endLine()
      output.writer = json.out
    } else if !common.quiet {
      ingestion.summary.writeText(
        to: &output.writer, terminal: .standardOutput(noColor: common.noColor), zone: try common.zone())
    }
    try output.flush()
  }
}

extension Ingestion {
  fileprivate var summary: IngestSummary {
    var summary = IngestSummary()
    for result in results {
      var source = IngestSummary.Source(path: result.path)
      source.format = result.format
      source.bytes = result.bytes
      (source.recognized, source.ignored, source.unrecognized) =
        (result.counts.recognized, result.counts.ignored, result.counts.unrecognized)
      source.lines = result.counts.lines
      (source.first, source.last) = (result.first, result.last)
      (source.skipped, source.error) = (result.skipped, result.error)
      summary.sources.append(source)
      summary.rawMessages += result.messages
    }
    (summary.messages, summary.hops, summary.deliveries) = (counts.messages, counts.hops, counts.deliveries)
    (summary.rejections, summary.sessions) = (counts.rejections, counts.sessions)
    summary.microseconds = microseconds
    return summary
  }
}
