import Glibc
import TestSupport
import Testing

@testable import Bytes

@Suite("Time zones")
struct TimeZoneTests {
  static let hasData = access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0

  func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int64 {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).secondsSince1970
  }

  @Test("fixed offsets are read in all their forms")
  func fixedOffsets() {
    #expect(TimeZone.fixedOffset(Bytes("+01:00")) == 3600)
    #expect(TimeZone.fixedOffset(Bytes("-0330")) == -12600)
    #expect(TimeZone.fixedOffset(Bytes("+14")) == 50400)
    for wrong: StaticString in ["", "+", "+1", "01:00", "+01:0", "+01:60", "+24:00", "+01:00x", "+010000"] {
      #expect(TimeZone.fixedOffset(Bytes(wrong)) == nil, "\(wrong)")
    }
  }

  @Test("a name that no zone has is refused with a sentence that helps")
  func unknownName() {
    for name in ["Europe/Nowhere", "", "../../etc/passwd", "/etc/passwd", "Europe/", "Europe/Ber lin"] {
      #expect(throws: TimeZoneError.unknown(name: name)) { try TimeZone(named: name) }
    }
    #expect(
      TimeZoneError.unknown(name: "Mars").description
        == "The time zone 'Mars' is not known. Use a name such as Europe/Berlin, UTC, or an offset such as +01:00.")
  }

  @Test("without zone files the error names the package to install")
  func missingData() {
    let error = #expect(throws: TimeZoneError.self) { try TimeZone(named: "Europe/Berlin", directory: "/nonexistent") }
    #expect(error == .missingData(name: "Europe/Berlin", directory: "/nonexistent"))
    #expect(error?.description.contains("Install the package tzdata") == true)
    #expect(throws: Never.self) { try TimeZone(named: "UTC", directory: "/nonexistent") }
    #expect(throws: Never.self) { try TimeZone(named: "-03:30", directory: "/nonexistent") }
  }

  @Test("the variable TZ may hold a name, a rule or nothing")
  func variable() throws {
    #expect(try TimeZone(variable: "").name == "UTC")
    let rule = try TimeZone(variable: "CET-1CEST,M3.5.0,M10.5.0/3")
    #expect(rule.offset(at: seconds(2026, 1, 1)) == 3600)
    #expect(rule.offset(at: seconds(2026, 7, 1)) == 7200)
    #expect(rule.moment(ofLocal: seconds(2026, 3, 29, 2, 30)) == .never(seconds(2026, 3, 29, 1, 30)))
    #expect(throws: TimeZoneError.self) { try TimeZone(variable: "CET-1CEST,M13.5.0,M10.5.0/3") }
  }

  @Test("rules of all kinds are read, and nothing else")
  func rules() {
    #expect(TimeZoneRule(Bytes("<+0330>-3:30"))?.standard == 12600)
    #expect(TimeZoneRule(Bytes("EST5EDT"))?.daylight?.offset == -4 * 3600)
    #expect(TimeZoneRule(Bytes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"))?.daylight?.begin.time == -3600)
    #expect(TimeZoneRule(Bytes("AAA3BBB,J60,300/167"))?.daylight?.begin.day == .julian(60))
    for wrong: StaticString in [
      "", "C", "CE1", "CET", "CET-25", "CET-1CEST,", "CET-1CEST,M3.5.0", "<CET-1", "CET-1:60",
    ] {
      #expect(TimeZoneRule(Bytes(wrong)) == nil, "\(wrong)")
    }
  }

  @Test("daylight saving time all year long has no gaps")
  func endlessDaylight() throws {
    let rule = try #require(TimeZoneRule(Bytes("XXX3EDT4,0/0,J365/23")))
    for day in stride(from: seconds(2026, 1, 1), to: seconds(2028, 1, 1), by: 86400) {
      #expect(rule.period(at: day).offset == -4 * 3600)
    }
  }

  @Test("spring and autumn turn the clocks in Berlin", .enabled(if: hasData))
  func berlin() throws {
    let zone = try TimeZone(named: "Europe/Berlin")
    for year in [2024, 2026, 2036, 2050] {
      let spring = (25...31).first { (CivilTime.days(year: year, month: 3, day: $0) + 4) % 7 == 0 }!
      let autumn = (25...31).first { (CivilTime.days(year: year, month: 10, day: $0) + 4) % 7 == 0 }!
      #expect(zone.moment(ofLocal: seconds(year, 3, spring, 1, 59)) == .once(seconds(year, 3, spring, 0, 59)))
      #expect(zone.moment(ofLocal: seconds(year, 3, spring, 2, 30)) == .never(seconds(year, 3, spring, 1, 30)))
      #expect(zone.moment(ofLocal: seconds(year, 3, spring, 3)) == .once(seconds(year, 3, spring, 1)))
      let turn = seconds(year, 10, autumn, 1)
      #expect(zone.moment(ofLocal: turn + 3599) == .once(turn - 3601))
      #expect(zone.moment(ofLocal: turn + 3600) == .twice(turn - 3600, turn))
      #expect(zone.moment(ofLocal: turn + 7199) == .twice(turn - 1, turn + 3599))
      #expect(zone.moment(ofLocal: turn + 7200) == .once(turn + 3600))
    }
  }

  @Test("New York, the southern half hour of Lord Howe, and a day that Samoa left out", .enabled(if: hasData))
  func otherZones() throws {
    let newYork = try TimeZone(named: "America/New_York")
    #expect(newYork.moment(ofLocal: seconds(2026, 3, 8, 2, 15)) == .never(seconds(2026, 3, 8, 7, 15)))
    #expect(
      newYork.moment(ofLocal: seconds(2026, 11, 1, 1, 15))
        == .twice(seconds(2026, 11, 1, 5, 15), seconds(2026, 11, 1, 6, 15)))
    let lordHowe = try TimeZone(named: "Australia/Lord_Howe")
    #expect(lordHowe.offset(at: seconds(2026, 1, 1)) == 11 * 3600)
    #expect(lordHowe.offset(at: seconds(2026, 7, 1)) == 10 * 3600 + 1800)
    #expect(
      lordHowe.moment(ofLocal: seconds(2026, 4, 5, 1, 45))
        == .twice(seconds(2026, 4, 4, 14, 45), seconds(2026, 4, 4, 15, 15)))
    let apia = try TimeZone(named: "Pacific/Apia")
    #expect(apia.moment(ofLocal: seconds(2011, 12, 30, 12)) == .never(seconds(2011, 12, 30, 22)))
  }

  @Test(
    "the C library agrees over random moments", .enabled(if: hasData),
    arguments: [
      "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu",
      "Africa/Casablanca",
    ])
  func agreesWithTheSystem(name: String) throws {
    let zone = try TimeZone(named: name)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let moments = (0..<2000).map { _ in Int64.random(in: -1_000_000_000...3_500_000_000, using: &random) }
    var path = Array("/tmp/mailflow-moments-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    defer { unlink(path) }
    var out = ByteWriter()
    for moment in moments { out.write("@\(moment)\n") }
    let isWritten = out.flush(to: descriptor)
    try #require(isWritten)
    close(descriptor)
    let file = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let pipe = try #require(popen("TZ=\(name) date -f \(file) '+%s %Y %m %d %H %M %S'", "r"))
    defer { pclose(pipe) }
    var checked = 0
    var line = [CChar](repeating: 0, count: 100)
    while fgets(&line, 100, pipe) != nil {
      let parts = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split {
        $0 == " " || $0 == "\n"
      }.compactMap { Int($0) }
      try #require(parts.count == 7)
      let civil = CivilTime(
        year: parts[1], month: parts[2], day: parts[3], hour: parts[4], minute: parts[5], second: parts[6])
      let moment = Int64(parts[0])
      #expect(zone.civil(at: Timestamp(seconds: moment)) == civil, "seed \(seed), moment \(moment)")
      switch zone.moment(ofLocal: civil.secondsSince1970) {
      case .once(let back): #expect(back == moment, "seed \(seed)")
      case .twice(let early, let late): #expect(early == moment || late == moment, "seed \(seed)")
      case .never: Issue.record("the time \(civil) exists, seed \(seed)")
      }
      checked += 1
    }
    #expect(checked == moments.count)
  }

  @Test("every zone of the system is read", .enabled(if: hasData))
  func readsAll() {
    for directory in ["Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Etc"] {
      guard let entries = opendir("/usr/share/zoneinfo/" + directory) else { continue }
      defer { closedir(entries) }
      while let entry = readdir(entries) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard entry.pointee.d_type == UInt8(DT_REG) || entry.pointee.d_type == UInt8(DT_LNK) else { continue }
        #expect(throws: Never.self, "\(name)") { try TimeZone(named: directory + "/" + name) }
      }
    }
  }

  @Test("a zone file that is cut or changed is refused or read, and never stops the process", .enabled(if: hasData))
  func survivesDamage() throws {
    let file = try #require(TimeZoneFile.contents(of: "/usr/share/zoneinfo/Europe/Berlin"))
    for end in 0..<file.count {
      let content = Array(file[0..<end]).withBytes { TimeZoneFile.parse($0, name: "cut") }
      guard case .damaged = content else {
        Issue.record("cut after \(end) bytes and not refused")
        continue
      }
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      var changed = file
      for _ in 0..<3 {
        changed[Int.random(in: 0..<file.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if case .zone(let zone) = changed.withBytes({ TimeZoneFile.parse($0, name: "changed") }) {
        _ = zone.moment(ofLocal: Int64.random(in: -4_000_000_000...8_000_000_000, using: &random))
      }
    }
  }
}
