import ArgumentParser
import Bytes
import Reports
import Store

struct UnrecognizedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unrecognized",
    abstract: "List what lines no parser knew have in common.",
    discussion: """
      Every line is recognized, known and uninteresting, or counted here.

        mailflow unrecognized
        mailflow unrecognized --input /var/log/mail.log --format json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: InputOptions

  @Argument(help: "Read these files instead of a store.")
  var paths: [String] = []

  @Option(name: .long, help: "text or json.")
  var format: AnswerFormat = .text

  func validate() throws { try format.require(.text, .json) }

  func run() throws {
    let source = try StoreSource(common, direct.with(paths), inputs)
    let rows = try attempt { try source.store.templates() }
    let table = TemplateRows(
      rows: rows.map { row in
        TemplateRows.Row(
          template: row.template, count: row.count, example: row.example, source: row.source, line: row.line)
      })
    var output = Output()
    if format == .json {
      var json = JSONWriter()
      table.writeJSON(to: &json)
      json.endLine()
      output.writer = json.out
    } else {
      table.writeText(to: &output.writer, terminal: .standardOutput(noColor: common.noColor))
    }
    try output.flush()
    try source.finish()
  }
}
