import Bytes
import Facts
import Foundation

@testable import Logs

/// A file of lines with the facts that are made of them: comments, `program: text`, and under it `=> {…}`, `=> ignored`
/// or `=> unrecognized`.
struct FactsFile: CustomStringConvertible, Sendable {
  struct Case: Sendable {
    let number: Int
    let line: String
    let expectation: String?
  }

  let name: String
  let cases: [Case]

  var description: String { name }

  init(_ url: URL) throws {
    name = url.deletingLastPathComponent().lastPathComponent + "/" + url.lastPathComponent
    var cases: [Case] = []
    let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix("=> ") {
      let next = index + 1 < lines.count ? lines[index + 1] : ""
      cases.append(
        Case(number: index + 1, line: line, expectation: next.hasPrefix("=> ") ? String(next.dropFirst(3)) : nil))
    }
    self.cases = cases
  }

  /// All files of `folder` under `Fixtures`.
  static func all(in folder: String) -> [FactsFile] {
    let root = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(folder)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.filter { $0.hasSuffix(".facts") }.sorted().compactMap {
      try? FactsFile(root.appendingPathComponent($0))
    }
  }
}

/// What a reader made of one line, in the form of the fixtures.
enum FactsLine {
  static func describe(_ line: String, reader: (Bytes) -> TextReader?) -> String {
    guard let colon = line.range(of: ": ") else { return "no program in front" }
    return describe(program: String(line[..<colon.lowerBound]), text: String(line[colon.upperBound...]), reader: reader)
  }

  static func describe(program: String, text: String, reader: (Bytes) -> TextReader?) -> String {
    guard let read = program.withBytes(reader) else { return "no reader for \(program)" }
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
