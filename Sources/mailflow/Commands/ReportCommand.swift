import Analysis
import ArgumentParser
import Bytes
import Correlation
import Ingest
import Reports
import Store

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "How did mail flow?",
    discussion: """
      Counts each message once (the truth), and beside it the log lines as pflogsumm counts them. With a store: the newest full \
      day, unless a period is given. With files: all that they hold, unless a period is given.

        mailflow report --day 2026-10-24
        mailflow report /var/log/mail.log* --as pflogsumm
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: SilentInputOptions
  @OptionGroup var period: PeriodOptions

  @Argument(help: "Read these files instead of a store.")
  var paths: [String] = []

  @Option(name: .long, help: "One day: 2026-10-24, yesterday, today.")
  var day: String?

  @Option(name: .long, help: "Only this host; may be given several times.")
  var host: [String] = []

  @Option(name: .long, help: "Only mail from or to this domain.")
  var domain: String?

  @Option(name: .long, help: "Rows of each list; 0 is all.")
  var top = 10

  @Option(name: .long, help: "text, json, csv, markdown or html.")
  var format: AnswerFormat = .text

  @Option(name: .customLong("as"), help: "pflogsumm: the layout of pflogsumm, from its counters.")
  var style: String?

  func validate() throws {
    try format.require(.text, .json, .csv, .markdown, .html)
    if style != nil && format != .text {
      throw ValidationError("--as pflogsumm is a text of its own, without --format.")
    }
    if let style, style != "pflogsumm" { throw ValidationError("--as knows only pflogsumm.") }
    if day != nil && (period.since != nil || period.until != nil) {
      throw ValidationError("--day and --since, --until exclude each other.")
    }
  }

  func run() throws {
    let narration = common.narration
    let zone = try attempt { try common.zone() }
    let (report, status) = try attempt {
      paths.isEmpty && direct.input.isEmpty ? (try fromStore(zone, narration), nil) : try fromInput(zone, narration)
    }
    try print(report, zone)
    narration.finish()
    if let status { throw status }
  }

  private func fromStore(_ zone: TimeZone, _ narration: Narration) throws -> TrafficReport {
    let store = try Store.open(common.storePath)
    try narration.opened(store)
    let given = try given(zone)
    let isBounded = given.map { $0.since.microseconds != .min && $0.until.microseconds != .max } ?? false
    let span = isBounded ? nil : try store.span()
    if given == nil && span == nil {
      throw nothingToReport("the store has no mail yet; mailflow ingest reads some into it")
    }
    let range = given ?? span.map { newestFullDay($0, zone) }
    var query = query(zone, range ?? (Timestamp(seconds: 0), Timestamp(seconds: 0)))
    if let span {
      // An open end is that of the store.
      if query.since.microseconds == .min { query.since = min(span.first, query.until.advanced(bySeconds: -1)) }
      if query.until.microseconds == .max { query.until = max(span.last, query.since).advanced(bySeconds: 1) }
    }
    let tally = Tally(query, lexicon: store.lexicon)
    try store.replay(since: query.since, until: query.until, to: tally)
    var report = try tally.finish()
    report.unrecognizedLines = try store.unrecognizedLines()
    if report.hosts.isEmpty && !common.quiet { try tellOfNothing(in: store, zone) }
    return report
  }

  /// A period of zeros is most often a wrong one.
  private func tellOfNothing(in store: Store, _ zone: TimeZone) throws {
    guard let span = try store.span() else { return }
    let first = Quantities.time(span.first, zone, offset: false)
    Complaint.write("no mail in this period; the store has lines from \(first) to \(Quantities.time(span.last, zone)).")
  }

  private func fromInput(_ zone: TimeZone, _ narration: Narration) throws -> (TrafficReport, ExitCode?) {
    var reading = InputReading(
      direct.input + paths, options: try inputs.options.ingestOptions(), quiet: common.quiet, narration: narration)
    let all = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
    let range = try given(zone) ?? all
    while true {
      let lexicon = Lexicon()
      let tally = Tally(query(zone, range), lexicon: lexicon)
      let assembler = Assembler(lexicon: lexicon, keeper: tally, keepsEvidence: false)
      let run = reading.run(ledger: NoLedger(), sink: assembler)
      if !run.correctedYears.isEmpty && reading.options.years.isEmpty {
        reading.options.years = run.correctedYears
        continue
      }
      assembler.finish()
      let status = try judgeUnlessAllMissing(run.results)
      var report = try tally.finish()
      let first = run.results.compactMap(\.first).min()
      let last = run.results.compactMap(\.last).max()
      if first == nil && report.since.microseconds == .min {
        throw status ?? nothingToReport("no line of the input has a time")
      }
      if report.since.microseconds == .min { report.since = first ?? Timestamp(seconds: 0) }
      if report.until.microseconds == .max { report.until = last?.advanced(bySeconds: 1) ?? report.since }
      report.unrecognizedLines = run.results.reduce(0) { $0 + $1.counts.unrecognized }
      return (report, status)
    }
  }

  private func nothingToReport(_ reason: String) -> ExitCode {
    Complaint.write("nothing to report: \(reason).")
    return Status.notFound
  }

  private func query(_ zone: TimeZone, _ range: (since: Timestamp, until: Timestamp)) -> ReportQuery {
    var query = ReportQuery(since: range.since, until: range.until, zone: zone)
    query.hosts = host.map { Array($0.utf8) }
    query.domain = domain.map { Array($0.utf8) }
    query.top = max(0, top)
    return query
  }

  /// The period that the user named.
  private func given(_ zone: TimeZone) throws -> (since: Timestamp, until: Timestamp)? {
    guard let day else { return try period.range(zone) }
    let start = try Moment.parse(day, zone)
    let civil = zone.civil(at: start)
    guard start == zone.start(ofDay: CivilTime(year: civil.year, month: civil.month, day: civil.day)) else {
      throw ValidationError("\(day) is not a day. Write 2026-10-24, yesterday or today, or use --since and --until.")
    }
    return (start, dayAfter(start, zone))
  }

  /// The newest day that the logs reach the end of; the first day if there is none.
  private func newestFullDay(
    _ span: (first: Timestamp, last: Timestamp), _ zone: TimeZone
  ) -> (since: Timestamp, until: Timestamp) {
    let last = zone.civil(at: span.last)
    let end = zone.start(ofDay: CivilTime(year: last.year, month: last.month, day: last.day))
    let isWhole = last.hour == 23 && last.minute == 59
    let start = isWhole ? end : dayBefore(end, zone)
    if dayAfter(start, zone) <= span.first { return (end, dayAfter(end, zone)) }
    return (start, dayAfter(start, zone))
  }

  private func dayAfter(_ start: Timestamp, _ zone: TimeZone) -> Timestamp {
    let next = zone.civil(at: start.advanced(bySeconds: 36 * 3600))
    return zone.start(ofDay: CivilTime(year: next.year, month: next.month, day: next.day))
  }

  private func dayBefore(_ start: Timestamp, _ zone: TimeZone) -> Timestamp {
    let before = zone.civil(at: start.advanced(bySeconds: -12 * 3600))
    return zone.start(ofDay: CivilTime(year: before.year, month: before.month, day: before.day))
  }

  private func print(_ report: TrafficReport, _ zone: TimeZone) throws {
    var output = Output()
    switch format {
    case .json, .ndjson:
      var json = JSONWriter()
      TrafficJSON.write(report, to: &json)
      json.endLine()
      output.writer = json.out
    case .csv: TrafficCSV.write(report, zone: zone, to: &output.writer)
    case .markdown: TrafficMarkdown.write(report, zone: zone, to: &output.writer)
    case .html: TrafficHTML.write(report, zone: zone, to: &output.writer)
    case .text where style != nil: PflogsummText.write(report, zone: zone, to: &output.writer)
    case .text:
      let terminal = Terminal.standardOutput(noColor: common.noColor)
      TrafficText(width: terminal.width, color: terminal.color, zone: zone).write(report, to: &output.writer)
    }
    try output.flush()
  }
}
