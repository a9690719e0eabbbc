import Bytes
import Foundation
import Testing

@testable import Logs

@Suite("Fixtures")
struct FixtureTests {
  /// The folders of `Fixtures` whose lines are texts of single programs, with the registry that knows them.
  static let registries: [(folder: String, reader: @Sendable (Bytes) -> TextReader?)] = [
    ("postfix", { Postfix.reader(for: $0) })
  ]

  @Test("every line of the fixtures is read as the facts under it")
  func facts() {
    for (folder, reader) in Self.registries {
      let files = FactsFile.all(in: folder)
      #expect(!files.isEmpty, "no fixtures in \(folder)")
      for file in files {
        for item in file.cases {
          let facts = FactsLine.describe(item.line, reader: reader)
          #expect(facts == item.expectation, "\(file):\(item.number): \(item.line)")
        }
      }
    }
  }

  /// For `make fixtures`: MAILFLOW_FIXTURES names a file of lines; the facts are printed for a human to check and
  /// paste.
  @Test("the facts of a file of lines are printed on request", .enabled(if: request != nil))
  func printed() throws {
    let file = try FactsFile(URL(fileURLWithPath: Self.request ?? ""))
    for item in file.cases {
      let read = Self.registries.lazy.map { FactsLine.describe(item.line, reader: $0.reader) }
      print(item.line)
      print("=>", read.first { !$0.hasPrefix("no ") } ?? "no reader")
      print()
    }
  }

  static let request = ProcessInfo.processInfo.environment["MAILFLOW_FIXTURES"]
}
