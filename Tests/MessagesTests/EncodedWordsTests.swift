import Bytes
import TestSupport
import Testing

@testable import Messages

@Suite("Encoded words")
struct EncodedWordsTests {
  private func decode(_ text: String) -> String {
    text.withBytes { String(decoding: EncodedWords.decode($0), as: UTF8.self) }
  }

  @Test(
    "the examples of RFC 2047 and others",
    arguments: [
      ("=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"),
      ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
      (
        "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
        "If you can read this you understand the example."
      ),
      ("=?ISO-8859-1?Q?a?= b", "a b"),
      ("=?ISO-8859-1?Q?a?=   =?ISO-8859-1?Q?b?=", "ab"),
      ("=?ISO-8859-1?Q?a_b?=", "a b"),
      ("x =?utf-8?q?=C3=A4?= y =?utf-8*de?B?w7Y=?= z", "x ä y ö z"),
      ("=?utf-8?B?w?= =?utf-8?Q?plain?=", "plain"),
      ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"),
      ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
      ("=?koi8-r?Q?=F0=D2=C9?=", "При"),
      ("=?windows-1252?Q?=80?=", "€"),
      ("=?gb2312?Q?=C4=E3=FF?=", "你\u{FFFD}"),
      ("=?x-unknown?Q?a=20b?=", "=?x-unknown?Q?a=20b?="),
      ("=?../../etc/passwd?Q?a?=", "=?../../etc/passwd?Q?a?="),
      ("=?utf-8?Q?never closed", "=?utf-8?Q?never closed"),
      ("=?utf-8?X?other?= 2 =?= 2", "=?utf-8?X?other?= 2 =?= 2"),
      ("=?utf-8?Q??=", ""), ("plain", "plain"), ("", ""),
    ])
  func decodes(text: String, expected: String) {
    #expect(decode(text) == expected)
  }

  @Test("a long field of openings, of words, and of mixed sets takes no long time")
  func staysLinear() {
    #expect(decode(String(repeating: "=?a?q?", count: 200_000)).utf8.count == 1_200_000)
    #expect(decode(String(repeating: "=?", count: 500_000)).utf8.count == 1_000_000)
    #expect(decode(String(repeating: "=?utf-8?q?a?= ", count: 80_000)).utf8.count == 80_001)
  }

  @Test("random bytes never crash it")
  func survivesDamage() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let alphabet = Array("=?BQqbutf-8?=_ /+A".utf8) + [0xC3, 0xA4, 0xFF, 0]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      _ = bytes.withBytes { EncodedWords.decode($0) }
    }
  }
}
