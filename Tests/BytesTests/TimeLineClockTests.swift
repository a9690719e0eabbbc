import TestSupport
import Testing

@testable import Bytes

@Suite("Stamps of lines")
struct TimeLineClockTests {
  static let berlinRule = "CET-1CEST,M3.5.0,M10.5.0/3"

  func clock(
    _ rule: String = berlinRule, anchor: (Int, Int, Int) = (2026, 11, 24), year: Int? = nil
  ) throws -> LineClock {
    let day = CivilTime(year: anchor.0, month: anchor.1, day: anchor.2)
    return LineClock(
      zone: try TimeZone(variable: rule), anchor: Timestamp(seconds: day.secondsSince1970), year: year)
  }

  func traditional(_ clock: LineClock, _ lines: [String]) -> [String?] {
    lines.map { $0.withBytes { clock.traditional($0)?.time.rfc3339 } }
  }

  func dated(_ clock: LineClock, _ line: String) -> String? {
    line.withBytes { text in
      clock.dated(text).map { $0.time.rfc3339 + "|" + text.dropFirst($0.length).string }
    }
  }

  @Test("the forms without a year")
  func traditionalForms() throws {
    let clock = try clock()
    #expect(
      traditional(
        clock,
        [
          "Jan  5 00:00:16 mx1", "Jan  5 00:00:17.25 mx1", "Jan 15 10:59:60 mx1", "Jan 5 00:00:16 mx1",
          "Jul  5 2024 12:00:00 mx1", "Jul 05 12:00:00: x",
        ]) == [
          "2026-01-04T23:00:16Z", "2026-01-04T23:00:17.250000Z", "2026-01-15T10:00:00Z", "2026-01-04T23:00:16Z",
          "2024-07-05T10:00:00Z", "2026-07-05T10:00:00Z",
        ])
  }

  @Test("what is no stamp is refused")
  func refused() throws {
    let clock = try clock()
    let wrong = [
      "", "Jan", "Jan  5 00:00:1", "Jan  5 24:00:00", "Jan  5 00:60:00", "Jan  5 00:00:61", "Jan 32 00:00:00",
      "Feb 30 00:00:00", "Apr 31 00:00:00", "Jan  0 00:00:00", "jan  5 00:00:00", "Foo  5 00:00:00", "Jan  5 00-00:00",
      "Feb 29 2023 00:00:00", "\0\0\0\0\0\0\0\0\0:00:16",
    ]
    for line in wrong { #expect(traditional(clock, [line]) == [nil], "\(line)") }
    for line in [
      "2026-13-05T00:00:16Z", "2026-02-29T00:00:16Z", "2026-01-05T24:00:16Z", "2026-01-05T00:00:1",
      "2026/01/05T00:00:16Z",
      "2026-01-05X00:00:16Z", "20x6-01-05T00:00:16Z", "2026-00-05T00:00:16Z", "2026-01-00T00:00:16Z",
    ] { #expect(dated(clock, line) == nil, "\(line)") }
  }

  @Test("the forms with a year")
  func datedForms() throws {
    let clock = try clock()
    #expect(dated(clock, "2026-01-05T00:00:16Z mx1") == "2026-01-05T00:00:16Z| mx1")
    #expect(dated(clock, "2026-01-05t00:00:16.5z mx1") == "2026-01-05T00:00:16.500000Z| mx1")
    #expect(dated(clock, "2026-01-05 00:00:16.123456789+01:00 x") == "2026-01-04T23:00:16.123456Z| x")
    #expect(dated(clock, "2026-01-05T00:00:16,123-0330 x") == "2026-01-05T03:30:16.123000Z| x")
    #expect(dated(clock, "2026-01-05T00:00:16+01 x") == "2026-01-04T23:00:16Z| x")
    #expect(dated(clock, "2026-01-05 00:00:16 +0200 x") == "2026-01-04T22:00:16Z| x")
    #expect(dated(clock, "2026-07-05 00:00:16 #1") == "2026-07-04T22:00:16Z| #1")
    #expect(dated(clock, "2024-02-29T12:00:00.000001") == "2024-02-29T11:00:00.000001Z|")
    #expect(dated(clock, "2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z|")
  }

  @Test("the order of lines tells both passes of the repeated hour apart")
  func autumn() throws {
    let lines = [
      "Oct 25 01:59:58", "Oct 25 02:00:00", "Oct 25 02:30:00", "Oct 25 02:29:57", "Oct 25 02:59:59", "Oct 25 02:00:00",
      "Oct 25 02:59:59", "Oct 25 02:00:01", "Oct 25 02:30:00", "Oct 25 02:59:59", "Oct 25 03:00:00", "Oct 25 02:59:58",
    ]
    #expect(
      traditional(try clock(), lines) == [
        "2026-10-24T23:59:58Z", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T00:29:57Z",
        "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:01Z",
        "2026-10-25T01:30:00Z", "2026-10-25T01:59:59Z", "2026-10-25T02:00:00Z", "2026-10-25T01:59:58Z",
      ])
  }

  @Test("the same holds for stamps with a year, and in New York")
  func autumnElsewhere() throws {
    let clock = try clock("EST5EDT,M3.2.0,M11.1.0")
    let lines = ["2026-11-01 01:50:00", "2026-11-01 01:10:00", "2026-11-01 01:55:00", "2026-11-01 02:00:00"]
    #expect(
      lines.map { dated(clock, $0) } == [
        "2026-11-01T05:50:00Z|", "2026-11-01T06:10:00Z|", "2026-11-01T06:55:00Z|", "2026-11-01T07:00:00Z|",
      ])
  }

  @Test("a zone of the south repeats its hour in April")
  func autumnInTheSouth() throws {
    let clock = try clock("AEST-10AEDT,M10.1.0,M4.1.0/3")
    #expect(
      traditional(
        clock, ["Apr  5 02:40:00", "Apr  5 02:10:00", "Oct  4 01:59:59", "Oct  4 02:30:00", "Oct  4 03:00:00"])
        == [
          "2026-04-04T15:40:00Z", "2026-04-04T16:10:00Z", "2026-10-03T15:59:59Z", "2026-10-03T16:30:00Z",
          "2026-10-03T16:00:00Z",
        ])
  }

  @Test("a stamp in the hour that spring leaves out is read with the offset before it")
  func spring() throws {
    #expect(
      traditional(try clock(), ["Mar 29 01:59:59", "Mar 29 02:30:00", "Mar 29 03:00:00"])
        == ["2026-03-29T00:59:59Z", "2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z"])
  }

  @Test("an hour in which the clocks turn at the half is not cached")
  func halfHour() throws {
    let clock = try clock("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")
    #expect(
      traditional(clock, ["Apr  5 01:15:00", "Apr  5 01:45:00", "Apr  5 01:31:00", "Apr  5 02:00:00"])
        == ["2026-04-04T14:15:00Z", "2026-04-04T14:45:00Z", "2026-04-04T15:01:00Z", "2026-04-04T15:30:00Z"])
  }

  @Test("the clock gives what a slow computation gives, whatever the order of lines")
  func agreesWithSlowComputation() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let zone = try TimeZone(variable: Self.berlinRule)
    let clock = try clock(anchor: (2026, 12, 30))
    var moment = CivilTime(year: 2026, month: 1, day: 1).secondsSince1970
    while moment < CivilTime(year: 2026, month: 12, day: 30).secondsSince1970 {
      let civil = zone.civil(at: Timestamp(seconds: moment))
      let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
      func two(_ n: Int, _ pad: String) -> String { (n < 10 ? pad : "") + String(n) }
      let time = "\(two(civil.hour, "0")):\(two(civil.minute, "0")):\(two(civil.second, "0"))"
      let expected = Timestamp(seconds: moment)
      "\(names[civil.month - 1]) \(two(civil.day, " ")) \(time)".withBytes {
        #expect(clock.traditional($0)?.time == expected, "seed \(seed)")
      }
      "2026-\(two(civil.month, "0"))-\(two(civil.day, "0")) \(time)".withBytes {
        #expect(clock.dated($0)?.time == expected, "seed \(seed)")
      }
      moment += Int64.random(in: 0...2000, using: &random)
    }
  }

  @Test("a source over new year, read in one pass")
  func overNewYear() throws {
    let clock = try clock(anchor: (2027, 1, 1))
    #expect(
      traditional(clock, ["Dec 31 23:59:59", "Jan  1 00:00:00", "Dec 31 23:59:58", "Jan  1 00:00:01"])
        == ["2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z", "2026-12-31T22:59:58Z", "2026-12-31T23:00:01Z"])
    #expect(clock.firstYear == 2026 && clock.yearCorrection == 0)
  }

  @Test("truncated and random bytes are refused or read within their bounds")
  func survivesAnything() throws {
    let clock = try clock()
    let good = ["Jan  5 00:00:16.123456 mx1", "2026-01-05T00:00:16.123456+01:00 mx1", "2026-01-05 00:00:16 +0100 mx1"]
    for line in good {
      let bytes = Array(line.utf8)
      for end in 0...bytes.count {
        Array(bytes[0..<end]).withBytes { text in
          if let stamp = clock.traditional(text) ?? clock.dated(text) { #expect(stamp.length <= end) }
        }
      }
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let letters = Array("JanFebDec 0123456789:-T.+Z".utf8)
    for _ in 0..<20000 {
      let length = Int.random(in: 0...40, using: &random)
      let bytes = (0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }
      bytes.withBytes { text in
        if let stamp = clock.traditional(text) ?? clock.dated(text) { #expect(stamp.length <= length, "seed \(seed)") }
      }
    }
  }
}
