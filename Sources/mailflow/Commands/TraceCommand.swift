import Analysis
import ArgumentParser
import Bytes
import Facts
import Glibc
import Reports
import Store

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Where is my message, and what became of it?",
    discussion: """
      QUERY is a Message-ID, a queue id (host/queueid to pin the host) or an address. Options narrow it, or stand in its place. \
      Newest first. Without any, all messages.

        mailflow trace '<20261024220021.DC3B916607D@mx1.example.net>'
        mailflow trace --recipient bob@example.net --outcome bounced --evidence
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: SilentInputOptions
  @OptionGroup var period: PeriodOptions

  @Argument(help: "A Message-ID, a queue id, host/queueid, or an address.")
  var query: String?

  @Option(name: .long, help: "Only messages from this sender, or a part of it.")
  var sender: String?

  @Option(name: .long, help: "Only messages to this recipient, or a part of it.")
  var recipient: String?

  @Option(name: .long, help: "Only messages with this in the subject, where the log has it.")
  var subject: String?

  @Option(name: .long, help: "Only messages that this host had.")
  var host: String?

  @Option(name: .long, help: "Only messages from this client: a name, an address, or a part of one.")
  var client: String?

  @Option(name: .long, help: "Only messages with a recipient of this outcome, such as deferred.")
  var outcome: String?

  @Option(name: .customLong("longer-than"), help: "Only messages that took at least this long: 90, 15m, 4h, 2d.")
  var longerThan: String?

  @Option(name: .long, help: "At most this many; 0 is all.")
  var limit = 20

  @Flag(name: .long, help: "Show the lines that the answer rests on.")
  var evidence = false

  @Option(name: .long, help: "text, json, or ndjson.")
  var format: AnswerFormat = .text

  func validate() throws {
    try format.require(.text, .json, .ndjson)
    // --input takes all that follows: what is no file may be meant as the query.
    if query == nil, direct.input.count > 1, let last = direct.input.last, last != "-", access(last, F_OK) != 0 {
      throw ValidationError(
        "\(last) is no file. If it is what to look for, write it before --input, or at the end behind --.")
    }
  }

  func run() throws {
    let zone = try attempt { try common.zone() }
    let query = try traceQuery(zone)
    let source = try StoreSource(common, direct, inputs.options)
    var printer = TracePrinter(format: format, terminal: .standardOutput(noColor: common.noColor), zone: zone)
    let lines = evidence ? try attempt { try EvidenceLines(source.store) } : nil
    try printer.begin()
    var failure: (any Error)?
    let found = try attempt {
      try Analysis.Trace(source.store).run(query) { message in
        var message = message
        message.evidence = lines?.lines(at: message.places)
        if failure == nil { do { try printer.write(message) } catch { failure = error } }
      }
    }
    if let failure { throw failure }
    try printer.end(found: found, limit: query.limit)
    try source.finish()
    if found == 0 {
      if !common.quiet { Complaint.write("no message found" + (self.query.map { " for \($0)" } ?? "") + "." + advice) }
      throw Status.notFound
    }
  }

  /// For who meant a log by the query, or a part of an address.
  private var advice: String {
    guard let query else { return "" }
    if access(query, F_OK) == 0 { return " That is a file: write --input before it to read it." }
    let isWhole = query.utf8.contains { $0 == 0x40 || $0 == 0x2F }
    return isWhole ? "" : " A part of an address is found with --sender or --recipient."
  }

  private func traceQuery(_ zone: TimeZone) throws -> TraceQuery {
    var query = TraceQuery()
    query.query = self.query.map { Array($0.utf8) }
    query.sender = sender.map { Array($0.utf8) }
    query.recipient = recipient.map { Array($0.utf8) }
    query.subject = subject.map { Array($0.utf8) }
    query.host = host.map { Array($0.utf8) }
    query.client = client.map { Array($0.utf8) }
    query.limit = max(0, limit)
    if let outcome {
      guard let known = Outcome(rawValue: outcome) else {
        let words = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("There is no outcome named \(outcome). There are: \(words).")
      }
      query.outcome = known
    }
    if let longerThan { query.longerThan = try Duration.microseconds(longerThan) }
    (query.since, query.until) = try period.range(zone) ?? (query.since, query.until)
    return query
  }
}

/// Writes messages one by one.
struct TracePrinter {
  private let format: AnswerFormat
  private let text: TraceText
  private var json = JSONWriter(capacity: 1 << 16)
  private var output = Output()
  private var count = 0

  init(format: AnswerFormat, terminal: Terminal, zone: TimeZone) {
    self.format = format
    text = TraceText(terminal: terminal, zone: zone)
  }

  mutating func begin() throws {
    guard format == .json else { return }
    json.beginObject()
    json.key("messages")
    json.beginArray()
  }

  mutating func write(_ message: MessageTrace) throws {
    count += 1
    switch format {
    case .json: TraceJSON.write(message, to: &json)
    case .ndjson:
      TraceJSON.write(message, to: &json)
      json.endLine()
    default:
      if count > 1 { output.writer.write("\n") }
      text.write(message, to: &output.writer)
    }
    try drain(1 << 15)
  }

  mutating func end(found: Int, limit: Int) throws {
    if format == .json {
      json.endArray()
      json.endObject()
      json.endLine()
    } else if format == .text && found > 1 {
      let number = "\(Quantities.count(found)) messages"
      output.writer.write("\n" + (found == limit ? "The newest \(number); --limit 0 is all." : "\(number).") + "\n")
    }
    try drain(0)
  }

  private mutating func drain(_ limit: Int) throws {
    if json.out.count > limit {
      output.writer.take(&json.out)
      try output.flush()
    } else if output.writer.count > limit {
      try output.flush()
    }
  }
}
