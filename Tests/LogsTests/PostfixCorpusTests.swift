import Bytes
import Facts
import Foundation
import Testing

@testable import Logs

@Suite("Postfix: recorded logs")
struct PostfixCorpusTests {
  /// A log's texts that no reader knew, as templates with a count, and how many lines there were of each kind.
  private struct Tally {
    var recognized = 0
    var ignored = 0
    var unrecognized: [String: Int] = [:]

    var summary: String { "\(recognized) recognized, \(ignored) ignored, \(unrecognized.count) unknown templates" }

    mutating func read(_ url: URL) throws {
      let fact = Fact()
      try FactsCorpus.contents(of: url).withBytes { bytes in
        FactsCorpus.eachText(in: bytes) { program, text in
          guard let reader = Postfix.reader(for: program) else { return }
          fact.clear()
          switch reader(text, fact) {
          case .recognized: recognized += 1
          case .ignored: ignored += 1
          case .unrecognized: unrecognized[PostfixCorpusTests.template(program, text), default: 0] += 1
          }
        }
      }
    }
  }

  private static func template(_ program: Bytes, _ text: Bytes) -> String {
    let digits = text.prefix(160).string.map { $0.isNumber ? "0" : $0 }
    return program.string + ": " + String(digits)
  }

  @Test("every line of the recorded logs is known", arguments: ["postfix", "multi-mta", "courier-nullmailer"])
  func recorded(corpus: String) throws {
    guard let folder = FactsCorpus.folder("\(corpus)/logs") else { return }
    var tally = Tally()
    for url in FactsCorpus.files(below: folder, where: { !$0.hasSuffix(".json") && !$0.contains("export") }) {
      try tally.read(url)
    }
    print("\(corpus): \(tally.summary)")
    #expect(tally.unrecognized.isEmpty, "\(tally.unrecognized)")
  }

  @Test("every line of the published logs is known, but for one that was torn in two")
  func published() throws {
    guard let folder = FactsCorpus.folder("public/volume") else { return }
    var tally = Tally()
    for url in FactsCorpus.files(below: folder, where: { $0.hasSuffix(".gz") }) { try tally.read(url) }
    print("volume: \(tally.summary)")
    let torn = tally.unrecognized.filter { $0.key.hasPrefix("postfix/smtp: ") && $0.key.hasSuffix(">,") }
    #expect(torn.values.reduce(0, +) <= 1)
    #expect(tally.unrecognized.count == torn.count, "\(tally.unrecognized)")
  }

  @Test("every Postfix line that other tools test themselves with is known")
  func others() throws {
    guard let folder = FactsCorpus.folder("public/mta-logs") else { return }
    var tally = Tally()
    let names = [
      "postfix.log", "postfix.ini", "postfix-logs.log", "postscreen-logs.log", "postfix-spam.log",
      "postfix-non-smtp.log",
      "postfix-sasl-bf.log", "postfix-honeypot-users.log", "mail-errors",
    ]
    for url in FactsCorpus.files(below: folder, where: names.contains) { try tally.read(url) }
    print("other tools: \(tally.summary)")
    #expect(tally.recognized > 90)
    #expect(tally.unrecognized.isEmpty, "\(tally.unrecognized)")
  }

  @Test("fail2ban's offenders are our clients")
  func offenders() throws {
    guard let folder = FactsCorpus.folder("public/mta-logs/fail2ban") else { return }
    let lines = try String(contentsOf: folder.appendingPathComponent("postfix.log"), encoding: .utf8).components(
      separatedBy: "\n")
    let fact = Fact()
    var host: String?
    var compared = 0
    for line in lines {
      if line.hasPrefix("# failJSON:"), let data = line.dropFirst(11).data(using: .utf8),
        let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
      {
        host = json["match"] as? Bool == true ? json["host"] as? String : nil
        continue
      }
      guard !line.hasPrefix("#"), let expected = host else { continue }
      line.withBytes { bytes in
        guard let (program, text) = FactsCorpus.split(bytes), let reader = Postfix.reader(for: program) else { return }
        fact.clear()
        #expect(reader(text, fact) == .recognized, "\(line)")
        #expect(fact[.clientAddress]?.string == expected, "\(line)")
        compared += 1
      }
      host = nil
    }
    print("fail2ban: \(compared) clients compared")
    #expect(compared > 40)
  }
}
