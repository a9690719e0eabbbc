import Bytes
import Testing

@testable import Reports

@Suite("Text from outside")
struct EscapingTests {
  @Test("control, invisible and direction characters and broken UTF-8 become visible")
  func visible() {
    #expect(Escaping.shown(TraceSample.text("\u{1B}[31mred\r\n\t\u{7F}")) == #"\x1b[31mred\x0d\x0a\x09\x7f"#)
    #expect(
      Escaping.shown(TraceSample.text("a\u{202E}b\u{200B}\u{FEFF}\u{85}")) == #"a\u{202e}b\u{200b}\u{feff}\u{85}"#)
    #expect(Escaping.shown([0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82]) == #"a\xff\xc3(\xe2\x82"#)
    #expect(Escaping.shown([0xED, 0xA0, 0x80]) == #"\xed\xa0\x80"#)
    #expect(Escaping.shown(TraceSample.text("Grüße, 東京 🙂")) == "Grüße, 東京 🙂")
  }

  @Test("East Asian characters take two columns, combining marks none")
  func width() {
    #expect(Escaping.width("abc") == 3)
    #expect(Escaping.width("東京") == 4)
    #expect(Escaping.width("e\u{301}") == 1)
    #expect(Escaping.width("ｶﾅ") == 2)
    #expect(Escaping.width("🙂") == 2)
  }

  @Test("text is cut between characters, never inside the columns of a wide one")
  func cut() {
    #expect(Escaping.cut("abcdef", to: 6) == "abcdef")
    #expect(Escaping.cut("abcdef", to: 5) == "abcd…")
    #expect(Escaping.cut("東京都", to: 4) == "東…")
    #expect(Escaping.cut("abc", to: 1) == "…")
  }

  @Test("columns are aligned by what is seen, and the last one is cut")
  func columns() {
    var table = Columns([.left, .right, .left])
    table.add(["東", "7", "first"])
    table.add(["abc", "1,000", "0123456789012345678901234567890"])
    var out = ByteWriter()
    table.write(to: &out, indent: 1, width: 24)
    #expect(out.string == " 東       7  first\n abc  1,000  0123456789…\n")
  }

  @Test("quantities are for people")
  func quantities() {
    #expect(
      [0, 999, 1000, 1_203_442, -1000].map { Quantities.count(Int64($0)) } == [
        "0", "999", "1,000", "1,203,442", "-1,000",
      ])
    #expect(
      [0, 1023, 1024, 18_637, 1_127_428_915].map { Quantities.bytes($0) } == [
        "0 B", "1023 B", "1.0 KiB", "18.2 KiB", "1.05 GiB",
      ])
    #expect(Quantities.duration(430_000) == "0.43 s")
    #expect(Quantities.duration(252_000_000) == "4 m 12 s")
    #expect(Quantities.duration(3_900_000_000) == "1 h 05 m")
    #expect(Quantities.duration(183_600_000_000) == "2 d 03 h")
    #expect(Quantities.duration(-430_000) == "-0.43 s")
    for end in [Int64.min, .max] {
      #expect(Quantities.duration(end).hasSuffix(" h"))
      #expect(Quantities.bytes(end).hasSuffix(" PiB"))
      #expect(!Quantities.count(end).isEmpty)
    }
    #expect(Quantities.time(TraceSample.time(669), TraceSample.zone) == "2026-10-24 02:11:09 +02:00")
    let west = TimeZone(name: "-03:30", offset: -12_600)
    #expect(Quantities.time(Timestamp(microseconds: 5), west) == "1969-12-31 20:30:00.000005 -03:30")
  }

  @Test("a terminal is 80 to 120 columns wide")
  func terminal() {
    #expect([0, 100, 500].map { Terminal(width: $0, color: false).width } == [80, 100, 120])
    #expect(Terminal(width: 80, color: false).styled("x", .bold) == "x")
    #expect(Terminal(width: 80, color: true).styled("x", .bold) == "\u{1B}[1mx\u{1B}[0m")
  }
}
