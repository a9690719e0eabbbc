import ArgumentParser
import Bytes
import Reports
import Store

struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Run a named query on the store.",
    discussion: """
      Without a name, lists the queries. Each is a file in the folder Queries that the sqlite3 shell runs, too.

        mailflow query
        mailflow query bounce-reasons since=2026-10-24
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: InputOptions

  @Argument(help: "The query's name; then its parameters as name=value.")
  var words: [String] = []

  @Option(
    name: .long, help: "The folder of the queries (default: $MAILFLOW_QUERIES, or Queries beside or above the program)."
  )
  var queries: String?

  @Option(name: .long, help: "text, json or csv.")
  var format: AnswerFormat = .text

  func validate() throws { try format.require(.text, .json, .csv) }

  func run() throws {
    let folder = try attempt { try QueryFolder.find(queries) }
    guard let name = words.first else { return try list(folder) }
    let query = try attempt { try folder.query(name) }
    let zone = try attempt { try common.zone() }
    let source = try StoreSource(common, direct, inputs)
    var parameters: [String: Statement.Value] = [:]
    for word in words.dropFirst() {
      guard let equals = word.firstIndex(of: "=") else {
        throw ValidationError("\(word) is not a parameter. Write name=value.")
      }
      parameters[String(word[..<equals])] = value(String(word[word.index(after: equals)...]), zone)
    }
    var table = QueryTable(columns: [], rows: [])
    try attempt {
      table.columns = try query.run(source.store, parameters) { row in
        table.rows.append(
          (0..<row.columnCount).map { column in
            if row.isNull(column) { return .null }
            if row.isInteger(column) { return .integer(row.integer(column)) }
            return row.isReal(column) ? .real(row.real(column)) : .text(row.bytes(column).array)
          })
      }
    }
    var output = Output()
    switch format {
    case .json, .ndjson: table.writeJSON(to: &output.writer)
    case .csv: table.writeCSV(to: &output.writer)
    default: table.writeText(to: &output.writer, terminal: .standardOutput(noColor: common.noColor))
    }
    try output.flush()
    try source.finish()
    if table.rows.isEmpty { throw Status.notFound }
  }

  /// Whole numbers are numbers, dates and times are UTC microseconds, the rest is text.
  private func value(_ text: String, _ zone: TimeZone) -> Statement.Value {
    if let number = Int64(text) { return .integer(number) }
    if let time = try? Moment.parse(text, zone) { return .integer(time.microseconds) }
    return .text(text)
  }

  private func list(_ folder: QueryFolder) throws {
    var output = Output()
    for query in try attempt({ try folder.queries() }) {
      output.writer.write(query.name.padding(to: 24) + (query.help.first ?? "") + "\n")
      for line in query.help.dropFirst() { output.writer.write(String(repeating: " ", count: 26) + line + "\n") }
    }
    try output.flush()
  }
}
