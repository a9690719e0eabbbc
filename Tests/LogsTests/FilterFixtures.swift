import Bytes
import Facts
import Foundation

@testable import Logs

/// The fixtures of the filters: `program: text`, and under it `=> {…}`, `=> ignored` or `=> unrecognized`.
enum FilterFixtures {
  struct Case: Sendable {
    let place: String
    let program: String
    let text: String
    let expectation: String?
  }

  static let all: [Case] = FactsFile.all(in: "filters").flatMap(cases(of:))

  static func read(_ url: URL) -> [Case] { (try? FactsFile(url)).map(cases(of:)) ?? [] }

  private static func cases(of file: FactsFile) -> [Case] {
    file.cases.compactMap { item in
      guard let colon = item.line.range(of: ": ") else { return nil }
      return Case(
        place: "\(file.name):\(item.number)", program: String(item.line[..<colon.lowerBound]),
        text: String(item.line[colon.upperBound...]), expectation: item.expectation)
    }
  }

  /// What the filters make of a line, in the form of the fixtures.
  static func describe(_ program: String, _ text: String) -> String {
    FactsLine.describe(program: program, text: text) { Filters.reader(for: $0) }
  }
}
