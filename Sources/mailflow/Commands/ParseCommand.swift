import ArgumentParser
import Bytes
import Facts
import Glibc
import Ingest

struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Print what each line says, one JSON object a line.",
    discussion: """
      Keeps nothing. Lines that no parser knows are left out: see mailflow unrecognized.

        mailflow parse Samples/greylisted
        mailflow parse mail.log.2.gz | jq 'select(.event == "reject")'
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var inputs: InputOptions

  @Argument(help: "Files, folders, or - for standard input.")
  var paths: [String]

  @Option(name: .long, help: "ndjson, which is the only one.")
  var format = AnswerFormat.ndjson

  func validate() throws {
    if format != .ndjson { throw ValidationError("This command writes ndjson only.") }
  }

  func run() throws {
    try attempt {
      let ledger = NoLedger()
      let printer = FactPrinter(ledger)
      let run = IngestRun(options: try inputs.ingestOptions(), ledger: ledger, sink: printer)
      let narration = common.narration
      narration.follow(run, host: inputs.host)
      run.run(paths)
      printer.flush()
      narration.read(run)
      if printer.failed {
        Complaint.write("standard output cannot be written (\(String(cString: strerror(errno)))).")
        throw Status.cannotWrite
      }
      if let status = judge(run.results) { throw status }
      if run.results.allSatisfy({ $0.counts.recognized == 0 }) { throw Status.notFound }
    }
  }
}

/// Prints each fact as a line of JSON.
final class FactPrinter: FactSink {
  private let ledger: NoLedger
  private var json = JSONWriter(capacity: 1 << 16)
  private(set) var failed = false

  init(_ ledger: NoLedger) { self.ledger = ledger }

  func begin(sources: Int) {}

  func take(_ fact: Fact) {
    begin(fact.source)
    json.member("line", fact.line)
    fact.writeMembers(to: &json)
    end()
  }

  func take(_ message: MessageFact) {
    begin(message.source)
    json.member("offset", message.offset)
    message.writeMembers(to: &json)
    end()
  }

  private func begin(_ source: Int32) {
    json.beginObject()
    json.member("source", ledger.paths[Int(source)])
  }

  private func end() {
    json.endObject()
    json.endLine()
    if json.out.count > 1 << 15 { flush() }
  }

  func flush() {
    if !json.out.flush(to: STDOUT_FILENO) { failed = true }
  }
}
