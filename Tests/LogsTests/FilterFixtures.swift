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

  static let all: [Case] = {
    let root = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/filters")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.filter { $0.hasSuffix(".facts") }.sorted().flatMap { read(root.appendingPathComponent($0)) }
  }()

  static func read(_ url: URL) -> [Case] {
    let lines = ((try? String(contentsOf: url, encoding: .utf8)) ?? "").components(separatedBy: "\n")
    var cases: [Case] = []
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix("=> ") {
      guard let colon = line.range(of: ": ") else { continue }
      let next = index + 1 < lines.count ? lines[index + 1] : ""
      cases.append(
        Case(
          place: "\(url.lastPathComponent):\(index + 1)", program: String(line[..<colon.lowerBound]),
          text: String(line[colon.upperBound...]), expectation: next.hasPrefix("=> ") ? String(next.dropFirst(3)) : nil)
      )
    }
    return cases
  }

  /// What the filters make of a line, in the form of the fixtures.
  static func describe(_ program: String, _ text: String) -> String {
    guard let read = program.withBytes({ Filters.reader(for: $0) }) else { return "no reader for \(program)" }
    return text.withBytes { text in
      let fact = Fact()
      switch read(text, fact) {
      case .ignored: return "ignored"
      case .unrecognized: return "unrecognized"
      case .recognized: return json(fact)
      }
    }
  }

  /// The fact without the time, which is the head's to tell.
  static func json(_ fact: Fact) -> String {
    var json = JSONWriter()
    json.beginObject()
    fact.writeMembers(to: &json)
    json.endObject()
    return json.out.string.replacingOccurrences(of: #""time":"1970-01-01T00:00:00Z","#, with: "")
  }
}
