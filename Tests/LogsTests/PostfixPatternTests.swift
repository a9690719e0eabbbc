import Bytes
import Facts
import Foundation
import Testing

@testable import Logs

/// The message texts by which the patterns of postfix-grok-patterns are tested, with the values that they expect.
@Suite("Postfix: the texts of postfix-grok-patterns")
struct PostfixPatternTests {
  struct Pattern {
    var program = ""
    var text = ""
    var results: [(key: String, value: String)] = []
  }

  @Test("every text is known, and its values are ours")
  func patterns() throws {
    guard let folder = FactsCorpus.folder("public/mta-logs/postfix-grok-patterns") else { return }
    let fact = Fact()
    var texts = 0
    var compared = 0
    for url in FactsCorpus.files(below: folder, where: { $0.hasSuffix(".yaml") }) {
      let pattern = Self.parse(try String(contentsOf: url, encoding: .utf8))
      // These three are pieces of lines: a relay, the counters of a disconnect, the features of TLS.
      if ["relay", "command_counter_data", "tls_features"].contains(where: url.lastPathComponent.hasPrefix),
        !pattern.text.contains("to=<")
      {
        continue
      }
      let program = url.lastPathComponent.hasPrefix("tls_features") ? "postfix/smtp" : pattern.program
      let reader = try #require(program.withBytes { Postfix.reader(for: $0) }, "\(url.lastPathComponent): \(program)")
      texts += 1
      pattern.text.withBytes { text in
        fact.clear()
        #expect(reader(text, fact) != .unrecognized, "\(url.lastPathComponent): \(pattern.text)")
        for (key, value) in pattern.results {
          guard let ours = Self.value(of: key, in: fact) else { continue }
          compared += 1
          #expect(ours == Self.normal(key, value), "\(url.lastPathComponent): \(key)")
        }
      }
    }
    print("postfix-grok-patterns: \(texts) texts, \(compared) values compared")
    #expect(texts > 80 && compared > 150)
  }

  /// Our value for a name of theirs, or nil where nothing of ours corresponds.
  private static func value(of key: String, in fact: Fact) -> String? {
    func text(_ field: TextField) -> String { fact[field]?.string ?? "" }
    func number(_ field: NumberField) -> String { fact[field].map(String.init) ?? "" }
    switch key {
    case "postfix_queueid": return text(.queueID)
    case "postfix_bounce_queueid": return text(.nextQueueID)
    case "postfix_client_hostname": return text(.clientName)
    case "postfix_client_ip": return fact.event == .other && fact[.clientAddress] == nil ? nil : text(.clientAddress)
    case "postfix_client_port": return number(.clientPort)
    case "postfix_relay_hostname": return text(.relayName)
    case "postfix_relay_ip": return text(.relayAddress)
    case "postfix_relay_port": return number(.relayPort)
    case "postfix_status_code": return number(.code)
    case "postfix_status_code_enhanced": return fact.event == .other ? nil : text(.enhancedCode)
    case "postfix_status": return text(.status)
    case "postfix_from": return text(.sender)
    case "postfix_smtp_stage": return text(.stage)
    case "postfix_tls_version": return text(.tlsVersion)
    case "postfix_tls_cipher": return text(.tlsCipher)
    case "postfix_tls_trustlevel": return text(.result)
    case "postfix_tls_error": return text(.reason)
    case "postfix_dnsbl_domain": return text(.engine)
    case "postfix_dnsbl_result": return text(.reason)
    case "postfix_message-id": return text(.messageID)
    case "postfix_message": return fact.event == .warning || fact.event == .error ? text(.reason) : nil
    case "postfix_status_message":
      return fact[.reason].map(\.string)?.contains("blocked using") == true ? nil : text(.reason)
    case "postfix_error_response": return text(.reply)
    case "postfix_smtp_response": return fact.event == .delivery ? text(.reply) : nil
    case "postfix_postscreen_dnsbl_rank": return fact[.score].map { String($0 / 1_000_000) }
    case "postfix_prepend_value": return text(.reason)
    default: return nil
    }
  }

  private static func normal(_ key: String, _ value: String) -> String {
    switch key {
    case "postfix_queueid": return value == "NOQUEUE" ? "" : value
    case "postfix_client_hostname": return value == "unknown" ? "" : value
    case "postfix_tls_trustlevel": return value.lowercased()
    case "postfix_smtp_stage":
      let stages = [
        "END-OF-MESSAGE": "end-of-data", ".": "end-of-data", "EHLO": "helo", "RCPT TO": "rcpt", "MAIL FROM": "mail",
        "end of DATA": "end-of-data", "UNKNOWN": "",
      ]
      return stages[value] ?? value.lowercased()
    default: return value
    }
  }

  /// The plain YAML of these files: `pattern:`, `data:` and indented `results:`.
  private static func parse(_ yaml: String) -> Pattern {
    var pattern = Pattern()
    for line in yaml.components(separatedBy: "\n") where !line.hasPrefix("#") {
      guard let colon = line.range(of: ":") else { continue }
      let key = line[..<colon.lowerBound]
      let value = scalar(line[colon.upperBound...].trimmingCharacters(in: .whitespaces))
      if key == "pattern" {
        let name = value.drop { $0 != "_" }.dropFirst().prefix { $0.isLetter }
        pattern.program = "postfix/" + name.lowercased()
      } else if key == "data" {
        pattern.text = value
      } else if key.hasPrefix(" ") {
        pattern.results.append((key.trimmingCharacters(in: .whitespaces), value))
      }
    }
    return pattern
  }

  private static func scalar(_ text: String) -> String {
    guard text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 else { return text }
    var result = ""
    var escaped = false
    for character in text.dropFirst().dropLast() {
      if escaped {
        result.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
