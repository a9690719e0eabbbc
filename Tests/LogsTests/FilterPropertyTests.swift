import Bytes
import Facts
import Foundation
import TestSupport
import Testing

@testable import Logs

@Suite("Properties of the filters")
struct FilterPropertyTests {
  /// What a reader made of some bytes, copied.
  private struct Reading {
    var recognition: Recognition
    var event: Event
    var texts: [TextField: [UInt8]] = [:]
    var numbers: [NumberField: Int64] = [:]
    var results: [String]
  }

  private func read(_ program: String, _ bytes: some Collection<UInt8>) -> Reading {
    let fact = Fact()
    return program.withBytes { program in
      guard let read = Filters.reader(for: program) else {
        return Reading(recognition: .unrecognized, event: .other, results: [])
      }
      return Array(bytes).withBytes { text in
        let recognition = read(text, fact)
        var reading = Reading(
          recognition: recognition, event: fact.event, results: fact.results.map { $0.result.string })
        for field in TextField.allCases { if let value = fact[field] { reading.texts[field] = value.array } }
        for field in NumberField.allCases { if let value = fact[field] { reading.numbers[field] = value } }
        return reading
      }
    }
  }

  @Test("a line that is cut anywhere is read as less or not at all, never as something else")
  func truncations() {
    for item in FilterFixtures.all {
      let line = Array(item.text.utf8)
      let whole = read(item.program, line)
      guard whole.recognition == .recognized else { continue }
      for end in line.indices {
        let cut = read(item.program, line[..<end])
        guard cut.recognition == .recognized else { continue }
        let place = "\(item.place) cut to \(end) bytes: \(String(decoding: line[..<end], as: UTF8.self))"
        #expect(cut.event == whole.event || cut.event == .warning || cut.event == .error, "\(place)")
        guard cut.event == whole.event else { continue }
        #expect(cut.results.allSatisfy { $0.isEmpty || whole.results.contains($0) }, "\(place)")
        for (field, value) in cut.texts {
          // What stands last may be cut, what was told before may not change.
          let full = whole.texts[field]
          #expect(full.map { $0.starts(with: value) } ?? false, "\(place): \(field)")
        }
        for (field, value) in cut.numbers {
          let full = whole.numbers[field]
          #expect(
            full == value || field == .recipientCount || String(full ?? 0).hasPrefix(String(value)),
            "\(place): \(field)")
        }
      }
    }
  }

  @Test("a find without a name is none", arguments: [": FOUND", " FOUND", "FOUND", "x: FOUND", "x:  FOUND"])
  func findWithoutName(text: String) {
    let reader = ClamAV.reader(for: Bytes("clamd"))!
    #expect(text.withBytes { reader($0, Fact()) } == .unrecognized)
  }

  @Test("random bytes, and good lines with bytes changed, never stop a reader")
  func noise() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let alphabet = Array("<>()[]{}:;,.=/'\" -@\\0123456789abz\0\u{e9}\n".utf8)
    for item in FilterFixtures.all {
      let line = Array(item.text.utf8)
      for _ in 0..<60 {
        var changed = line
        for _ in 0..<Int.random(in: 1...4, using: &random) where !changed.isEmpty {
          let at = Int.random(in: changed.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: changed[at] = alphabet.randomElement(using: &random)!
          case 1: changed.remove(at: at)
          case 2: changed.removeSubrange(min(at, changed.count - at)..<max(at, changed.count - at))
          default: changed.insert(alphabet.randomElement(using: &random)!, at: at)
          }
        }
        _ = read(item.program, changed)
      }
      let noise = (0..<Int.random(in: 0...120, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      _ = read(item.program, noise)
    }
  }

  @Test("a line as long as a megabyte of one byte is read in a moment")
  func longLines() {
    let clock = ContinuousClock()
    for program in [
      "opendkim", "opendmarc", "amavis", "rspamd", "spamd", "spampd", "dovecot", "policyd-spf", "postgrey",
    ] {
      for byte in ["<", "(", "{", ",", ":", "\"", ";", " ", "a"] {
        for head in [
          "", "(1-1) Passed CLEAN {x}, [1]:2 ", "lmtp(a)<1><b>: msgid=", "<a>; t; rspamd_task_write_log: id: ",
          "4bYx2k1PvLz3w: s=",
        ] {
          let line = Array(head.utf8) + [UInt8](repeating: byte.utf8.first!, count: 1 << 20)
          let elapsed = clock.measure { _ = read(program, line) }
          #expect(elapsed < .seconds(1), "\(program) \(head)\(byte)")
        }
      }
    }
  }
}
