import Bytes
import Testing

/// What people read, in tables and in sentences alike.
struct QuantitiesTests {
  @Test("counts have commas at the thousands")
  func counts() {
    #expect(
      [0, 999, 1000, 1_203_442, -1000].map { Quantities.count(Int64($0)) } == [
        "0", "999", "1,000", "1,203,442", "-1,000",
      ])
  }

  @Test("sizes have three digits, and 1,024 of a unit are one of the next")
  func sizes() {
    #expect(
      [0, 998, 1023, 1024, 1536, 18_637, 600_064, 1_048_063, 1_048_064, 1_127_428_915].map { Quantities.bytes($0) } == [
        "0 B", "998 B", "1,023 B", "1.00 KiB", "1.50 KiB", "18.2 KiB", "586 KiB", "1,023 KiB", "1.00 MiB", "1.05 GiB",
      ])
    #expect(Quantities.bytes(-1536) == "-1.50 KiB")
  }

  @Test("durations are cut off, with two digits behind the first unit")
  func durations() {
    let microseconds: [Int64] = [
      0, 430_000, 9_999_999, 59_990_000, 242_999_000, 3_900_000_000, 183_600_000_000, -430_000, 86_400_000_000_000,
    ]
    #expect(
      microseconds.map { Quantities.duration($0) } == [
        "0.00 s", "0.43 s", "9.99 s", "59.9 s", "4 m 02 s", "1 h 05 m", "2 d 03 h", "-0.43 s", "1,000 d 00 h",
      ])
  }

  @Test("the greatest and the least of all numbers are written, too")
  func extremes() {
    for end in [Int64.min, .max] {
      #expect(Quantities.duration(end).hasSuffix(" h"))
      #expect(Quantities.bytes(end).hasSuffix("8.00 EiB"))
      #expect(!Quantities.count(end).isEmpty)
    }
  }

  @Test("times have the fraction that the source had, and the zone's offset")
  func times() {
    let berlin = TimeZone(name: "Europe/Berlin", offset: 7200)
    let day = CivilTime(year: 2026, month: 10, day: 24).secondsSince1970
    #expect(Quantities.time(Timestamp(seconds: day + 669), berlin) == "2026-10-24 02:11:09 +02:00")
    let west = TimeZone(name: "-03:30", offset: -12_600)
    #expect(Quantities.time(Timestamp(microseconds: 5), west) == "1969-12-31 20:30:00.000005 -03:30")
  }
}
