import Analysis
import ArgumentParser
import Bytes
import Reports

struct StuckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stuck",
    abstract: "What is not at its end, and why?",
    discussion: """
      Lists what is deferred, held or quarantined, and what was accepted with no end seen, grouped by cause.

        mailflow stuck
        mailflow stuck --input Samples/still-queued --year 2026
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: InputOptions

  @Argument(help: "Read these files instead of a store.")
  var paths: [String] = []

  @Option(name: .long, help: "Messages named in each group; 0 is all.")
  var limit = 10

  @Option(name: .long, help: "text or json.")
  var format: AnswerFormat = .text

  func validate() throws { try format.require(.text, .json) }

  func run() throws {
    let zone = try attempt { try common.zone() }
    let source = try StoreSource(common, direct.with(paths), inputs)
    let groups = try attempt { try Stuck(source.store).groups(limit: max(0, limit)) }
    var output = Output()
    if format == .json {
      var json = JSONWriter()
      StuckJSON.write(groups, to: &json)
      json.endLine()
      output.writer = json.out
    } else {
      StuckText(terminal: .standardOutput(noColor: common.noColor), zone: zone).write(groups, to: &output.writer)
    }
    try output.flush()
    try source.finish()
    if groups.isEmpty { throw Status.notFound }
  }
}
