import Bytes
import Facts
import Foundation
import Testing

@testable import Logs

@Suite("Fixtures of the filters")
struct FilterFixtureTests {
  @Test("every line of the filters' fixtures is read as the facts under it")
  func facts() {
    #expect(!FilterFixtures.all.isEmpty, "no fixtures of filters")
    for item in FilterFixtures.all {
      let facts = FilterFixtures.describe(item.program, item.text)
      #expect(facts == item.expectation, "\(item.place): \(item.text)")
    }
  }

  /// MAILFLOW_FILTER_LINES names a file of lines; the facts are printed for a human to check and paste.
  @Test("the facts of a file of lines are printed on request", .enabled(if: request != nil))
  func printed() {
    for item in FilterFixtures.read(URL(fileURLWithPath: Self.request ?? "")) {
      print("\(item.program): \(item.text)")
      print("=>", FilterFixtures.describe(item.program, item.text))
      print()
    }
  }

  static let request = ProcessInfo.processInfo.environment["MAILFLOW_FILTER_LINES"]
}
