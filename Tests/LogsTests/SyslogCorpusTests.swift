import Bytes
import Facts
import Testing

@testable import Logs

@Suite("Logs of real hosts")
struct SyslogCorpusTests {
  static let partner = "corpus/postfix/logs/mail.partner.example/"

  func entries(_ bytes: [UInt8]) -> [ReadLine] {
    guard let format = bytes.withBytes({ LogFormat.detect($0) }) else {
      Issue.record("the format is not known")
      return []
    }
    let source = SourceReading(format: format)
    guard format.framing != .lines else { return SharedMaterial.lines(bytes).map(source.read) }
    let records = JournalRecords(framing: format.framing)
    var found: [ReadLine] = []
    bytes.withBytes { records.consume($0) { record, _ in found.append(source.read(record.array)) } }
    return found
  }

  @Test("four exports of one journal give equal facts for equal entries")
  func journalExports() throws {
    guard let json = SharedMaterial.bytes(Self.partner + "journal.json"),
      let short = SharedMaterial.bytes(Self.partner + "journal-short.log"),
      let precise = SharedMaterial.bytes(Self.partner + "journal-short-iso-precise.log"),
      let export = SharedMaterial.unzipped(Self.partner + "journal.export.gz")
    else { return }
    let reference = entries(json)
    #expect(reference.count == 593)
    #expect(reference.allSatisfy { $0.recognition == .recognized })
    #expect(entries(export) == reference)
    #expect(entries(precise) == reference)
    let coarse = entries(short)
    #expect(coarse.count == reference.count)
    for (a, b) in zip(coarse, reference) {
      #expect(a.time.prefix(19) == b.time.prefix(19))
      #expect(a.host == b.host && a.program == b.program && a.pid == b.pid && a.text == b.text)
    }
  }

  @Test(
    "every line of the hosts' files has a head, and time does not run backwards",
    arguments: [
      "mx1.example.net/mail.log.3.gz", "mx1.example.net/mail.log.2.gz", "mx1.example.net/mail.log.1",
      "mx1.example.net/mail.log", "mx1.example.net/rspamd.log.2.gz", "mx1.example.net/rspamd.log.1",
      "mx1.example.net/rspamd.log", "mailstore.example.net/mail.log.1", "mailstore.example.net/mail.log.2.gz",
    ])
  func hosts(name: String) throws {
    let path = "corpus/postfix/logs/" + name
    guard let bytes = name.hasSuffix(".gz") ? SharedMaterial.unzipped(path) : SharedMaterial.bytes(path) else { return }
    let format = try #require(bytes.withBytes { LogFormat.detect($0) })
    let zone = try TimeZone(named: "Europe/Berlin")
    let day = CivilTime(year: 2026, month: 10, day: 26).secondsSince1970
    let options = LogOptions(timeZone: zone, anchor: Timestamp(seconds: day))
    let reader = LogReader(options: options, format: format) { _ in TextReader { _, _ in .recognized } }
    let fact = Fact()
    var newest = Timestamp(microseconds: .min)
    var unread = 0
    var backwards: Int64 = 0
    for line in SharedMaterial.lines(bytes) {
      line.withBytes { line in
        if reader.read(line, into: fact) == .unrecognized {
          unread += 1
        } else {
          backwards = max(backwards, newest == Timestamp(microseconds: .min) ? 0 : newest.seconds - fact.time.seconds)
          newest = max(newest, fact.time)
        }
      }
    }
    #expect(unread == 0)
    #expect(backwards <= 2)
    #expect(reader.yearCorrection == 0)
  }

  @Test("both passes of the repeated hour are told apart as on the host with offsets")
  func repeatedHour() throws {
    guard let edge = SharedMaterial.bytes("corpus/postfix/logs/mx1.example.net/mail.log.1"),
      let store = SharedMaterial.bytes("corpus/postfix/logs/mailstore.example.net/mail.log.1")
    else { return }
    let zone = try TimeZone(named: "Europe/Berlin")
    func stamps(_ bytes: [UInt8], _ needle: String) -> [String: String] {
      let source = SourceReading(zone: zone, anchor: (2026, 10, 26))
      var found: [String: String] = [:]
      for line in SharedMaterial.lines(bytes) {
        let read = source.read(line)
        guard read.text.contains(needle), let from = read.text.firstIndex(of: "<") else { continue }
        let id = String(read.text[from...])
        found[id] = found[id] ?? String(read.time.prefix(13))
      }
      return found
    }
    let edgeIDs = stamps(edge, "message-id=<")
    let storeIDs = stamps(store, "message-id=<")
    var compared = 0
    for (id, hour) in storeIDs {
      guard let other = edgeIDs[id], hour.hasPrefix("2026-10-25T00") || hour.hasPrefix("2026-10-25T01") else {
        continue
      }
      compared += 1
      #expect(other == hour, "\(id)")
    }
    print("messages of the repeated hour that both hosts saw: \(compared)")
  }
}
