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

  @Test("a terminal is 60 to 120 columns wide")
  func terminal() {
    #expect([0, 100, 500].map { Terminal(width: $0, color: false).width } == [60, 100, 120])
    #expect(Terminal(width: 80, color: false).styled("x", .bold) == "x")
    #expect(Terminal(width: 80, color: true).styled("x", .bold) == "\u{1B}[1mx\u{1B}[0m")
  }
}
