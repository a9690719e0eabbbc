import ArgumentParser

/// How an answer is written.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case ndjson
  case csv
  case markdown
  case html

  /// Each command says in its help which it writes.
  static var allValueStrings: [String] { [] }

  /// Refuses a format that the command does not write.
  func require(_ known: AnswerFormat...) throws {
    guard !known.contains(self) else { return }
    let names = known.map(\.rawValue)
    let list = names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    throw ValidationError("This command does not write \(rawValue), but \(list).")
  }
}
