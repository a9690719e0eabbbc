import ArgumentParser

/// How an answer is written.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case ndjson
  case csv
  case markdown
  case html
}
