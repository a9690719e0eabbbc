import Bytes
import Facts
import TestSupport
import Testing

@testable import Logs

@Suite("Journal entries")
struct JournalTests {
  static let start =
    "\"__REALTIME_TIMESTAMP\":\"1792768222394813\",\"_HOSTNAME\":\"mx1\",\"SYSLOG_IDENTIFIER\":\"a\",\"_PID\":\"7\""
  static let head = "recognized 2026-10-23T15:10:22.394813Z mx1 a[7]: "

  func describe(_ object: String) -> String { SourceReading(format: .journalJSON).describe(object) }

  @Test(
    "values of all kinds are read",
    arguments: [
      ("\"MESSAGE\":\"plain\"", "plain"),
      ("\"MESSAGE\":\"a\\\"b\\\\c\\/\\t\\u00e4\\ud83d\\ude00\\ud83dx\"", "a\"b\\c/\tä😀\u{FFFD}x"),
      ("\"MESSAGE\":[104,105,255]", "hi\u{FFFD}"),
      ("\"MESSAGE\":[\"first\",\"second\"]", "first"),
      ("\"MESSAGE\":[[104,105],[106]]", "hi"),
      ("\"MESSAGE\":[null,\"second\"]", "second"),
      ("\"MESSAGE\":null", ""),
      ("\"MESSAGE\":\"one\",\"MESSAGE\":\"two\"", "one"),
      ("\"_X\":[1,{\"a\":[true,false,null]}],\"MESSAGE\":\"x\"", "x"),
      (" \"MESSAGE\" : \"x\" ", "x"),
      ("\"MESSAGE\":\"ends with \\\\\"", "ends with \\"),
    ])
  func values(member: String, text: String) { #expect(describe("{\(Self.start),\(member)}") == Self.head + text) }

  @Test("fields that are finer come first")
  func precedence() {
    #expect(
      describe(
        "{\(Self.start),\"_SOURCE_REALTIME_TIMESTAMP\":\"1792768222000001\",\"SYSLOG_PID\":\"9\",\"_COMM\":\"b\"}")
        == "recognized 2026-10-23T15:10:22.000001Z mx1 a[9]: ")
    #expect(
      describe("{\"__REALTIME_TIMESTAMP\":1792768222394813,\"_COMM\":\"b\",\"MESSAGE\":\"x\"}")
        == "recognized 2026-10-23T15:10:22.394813Z  b[0]: x")
  }

  @Test("the marks of json-seq and json-sse are passed")
  func marks() {
    #expect(describe("\u{1E}{\(Self.start)}") == Self.head)
    #expect(describe("data: {\(Self.start)}") == Self.head)
  }

  @Test(
    "what is no entry is refused",
    arguments: [
      "{", "{}", "{\"MESSAGE\":\"x\"}", "{\(start)", "{\(start)} x", "{\(start),}", "{\(start),\"MESSAGE\":\"x}",
      "{\(start),\"MESSAGE\":\"\\x\"}", "{\(start),\"MESSAGE\":\"\\u12\"}", "{\(start),\"MESSAGE\":[256]}",
      "{\(start),\"MESSAGE\":[1,\"a\"]}", "{\(start),\"MESSAGE\":tru}", "{\(start),\"A\":[[[[[[[[[[1]]]]]]]]]]}",
      "[\(start)]",
    ])
  func refuses(object: String) {
    #expect(SourceReading(format: .journalJSON).read(object).recognition == .unrecognized)
  }

  @Test("every truncation of an object is refused")
  func truncations() {
    let line = Array("{\(Self.start),\"MESSAGE\":\"a\\u00e4b\",\"X\":[1,2]}".utf8)
    for end in 1..<line.count {
      #expect(SourceReading(format: .journalJSON).read(Array(line[..<end])).recognition == .unrecognized, "\(end)")
    }
  }

  // MARK: Records

  static let export =
    Array(
      """
      __CURSOR=s=1
      __REALTIME_TIMESTAMP=1792768222394813
      _HOSTNAME=mx1
      SYSLOG_IDENTIFIER=a
      _PID=7
      MESSAGE=one=1

      __CURSOR=s=2
      __REALTIME_TIMESTAMP=1792768222394814
      MESSAGE

      """.utf8) + [6, 0, 0, 0, 0, 0, 0, 0] + Array("two\n\n3\nSYSLOG_IDENTIFIER=b\n\n".utf8)

  func records(_ stream: [UInt8], block: Int, _ format: LogFormat = .journalExport) -> [String] {
    let records = JournalRecords(framing: format.framing)
    let source = SourceReading(format: format)
    var found: [String] = []
    for from in stride(from: 0, to: stream.count, by: block) {
      Array(stream[from..<min(from + block, stream.count)]).withBytes { block in
        records.consume(block) { record, offset in found.append("\(offset) \(source.read(record.array))") }
      }
    }
    records.finish { record, offset in found.append("\(offset) \(source.read(record.array))") }
    return found
  }

  @Test("entries of the export format are found whatever the blocks")
  func exportBlocks() {
    let expected = [
      "0 recognized 2026-10-23T15:10:22.394813Z mx1 a[7]: one=1",
      "107 recognized 2026-10-23T15:10:22.394814Z  b[0]: two\n\n3",
    ]
    for block in [1, 2, 7, 64, 106, 107, 108, 4096] {
      #expect(records(Self.export, block: block) == expected, "\(block)")
    }
  }

  @Test("an entry without its empty line at the end of the stream is read, a cut one is not")
  func exportEnd() {
    #expect(records(Self.export.dropLast(), block: 4096).count == 2)
    #expect(records(Array(Self.export.dropLast(25)), block: 4096).last?.contains("unrecognized") == true)
  }

  @Test("a damaged entry ends with the next empty line")
  func exportDamaged() {
    let damaged = Array("MESSAGE\n".utf8) + [UInt8](repeating: 0xFF, count: 8) + Array("x\n\n".utf8) + Self.export
    let found = records(damaged, block: 4096)
    #expect(found.count == 3 && found[0].contains("unrecognized") && found[1].hasSuffix("one=1"))
  }

  @Test("an entry that is too long is passed and counted")
  func tooLong() {
    let records = JournalRecords(framing: .journalExport)
    var found = 0
    let long = Array("MESSAGE=".utf8) + [UInt8](repeating: 0x61, count: Limits.recordBytes + 100)
    for stream in [long, Array("\n\n".utf8), Self.export] {
      stream.withBytes { records.consume($0) { _, _ in found += 1 } }
    }
    #expect(found == 2 && records.skipped == 1)
  }

  @Test("objects over several lines are found whatever the blocks")
  func prettyObjects() {
    let stream = Array(
      ("{\n\t\"__REALTIME_TIMESTAMP\" : \"1000000\",\n\t\"MESSAGE\" : \"a } b\"\n}\n"
        + "{\n\t\"__REALTIME_TIMESTAMP\" : \"2000000\"\n}\n").utf8)
    for block in [1, 10, 1000] {
      #expect(
        records(stream, block: block, .journalJSONPretty) == [
          "0 recognized 1970-01-01T00:00:01Z  [0]: a } b", "62 recognized 1970-01-01T00:00:02Z  [0]: ",
        ])
    }
  }

  @Test("random changes to a stream of entries never stop the reader")
  func randomChanges() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      var stream = Self.export
      for _ in 0..<4 {
        stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      #expect(records(stream, block: Int.random(in: 1...200, using: &random)).count <= stream.count, "seed \(seed)")
    }
  }
}
