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
      Reads files, folders and standard input, gzipped or not, and tells formats by content. Reading a file again, or a grown,
      rotated or packed copy of it, counts nothing twice. All or nothing: a run that is stopped leaves the store as it was.

        mailflow ingest /var/log/mail.log*
        mailflow ingest --store demo.sqlite --year 2026 --log-timezone Europe/Berlin Samples/filtered-twice
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var inputs: InputOptions

  @Argument(help: "Files, folders, or - for standard input.")
  var paths: [String]

  @Option(name: .long, help: "text or json.")
  var format: AnswerFormat = .text

  func run() throws {
    let start = Timestamp.now
    let reading = InputReading(
      paths, options: try attempt { try inputs.ingestOptions() }, quiet: common.quiet,
      narration: common.narration)
    let ingestion = try attempt { try Ingestion.run(reading, path: common.storePath) }
    let summary = ingestion.summary(microseconds: Timestamp.now.microseconds - start.microseconds)
    var output = Output()
    if format == .json {
      var json = JSONWriter()
      summary.writeJSON(to: &json)
      json.endLine()
      output.writer = json.out
    } else if !common.quiet {
      summary.writeText(to: &output.writer, terminal: .standardOutput(noColor: common.noColor), zone: try common.zone())
    }
    try output.flush()
    reading.narration.finish()
    if let status = judge(ingestion.results) { throw status }
  }
}

extension Ingestion {
  func summary(microseconds: Int64) -> IngestSummary {
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
