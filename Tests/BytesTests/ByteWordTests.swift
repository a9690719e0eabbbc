import Testing

@testable import Bytes

@Suite("Eight bytes at once")
struct ByteWordTests {
  /// Every byte at every place, between bytes that could leak into it.
  private static let neighbours: [UInt8] = [0x00, 0x2F, 0x30, 0x39, 0x3A, 0x7F, 0x80, 0xFF]

  private func expectMask(
    _ name: String, of select: (ByteWord) -> ByteMask, where holds: (UInt8) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for neighbour in ByteWordTests.neighbours {
      for byte in UInt8.min...UInt8.max {
        for place in 0..<8 {
          var bytes = [UInt8](repeating: neighbour, count: 8)
          bytes[place] = byte
          let found = bytes.withBytes { select(ByteWord($0, at: 0)).present }
          let wanted = bytes.enumerated().reduce(UInt64(0)) { $0 | (holds($1.1) ? 0x80 << UInt64(8 * $1.0) : 0) }
          if found != wanted {
            Issue.record("\(name): \(byte) at \(place) among \(neighbour)", sourceLocation: sourceLocation)
          }
        }
      }
    }
  }

  @Test("masks hold exactly the bytes that were asked for")
  func masks() {
    for byte: UInt8 in [0x00, 0x20, 0x3A, 0x5B, 0x7F, 0x80, 0xFF] {
      expectMask("equal", of: { $0.equal(to: byte) }, where: { $0 == byte })
    }
    for byte: UInt8 in [0x00, 0x20, 0x7F] { expectMask("atMost", of: { $0.atMost(byte) }, where: { $0 <= byte }) }
    expectMask("digits", of: { $0.digits }, where: { $0.isDigit })
    expectMask("letters", of: { $0.letters }, where: { $0.isLetter })
    expectMask("lower case", of: { $0.lowercaseLetters }, where: { (0x61...0x7A).contains($0) })
    expectMask("others", of: { ~($0.digits | $0.letters) }, where: { !$0.isDigit && !$0.isLetter })
  }

  @Test("fewer than eight bytes are read without those behind them")
  func shortViews() {
    let bytes: [UInt8] = Array("abcdefghijkl".utf8)
    bytes.withBytes { view in
      for count in 0...view.count {
        for index in 0...count {
          var wanted: UInt64 = 0
          for place in 0..<min(8, count - index) { wanted |= UInt64(bytes[index + place]) << UInt64(8 * place) }
          #expect(ByteWord(view.prefix(count), at: index).bits == wanted)
        }
      }
    }
  }

  @Test("one to eight digits are a number")
  func numbers() {
    for (digits, value) in [
      ("0", 0), ("7", 7), ("42", 42), ("099", 99), ("12345678", 12_345_678), ("99999999", 99_999_999),
    ] {
      (digits + "x9999999").withBytes { #expect(ByteWord($0, at: 0).number(digits: digits.utf8.count) == Int64(value)) }
    }
  }

  @Test("digits behind a point are millionths, the seventh cut")
  func fractions() {
    for (digits, value) in [("", 0), ("5", 500_000), ("05", 50_000), ("000001", 1), ("1234567", 123_456)] {
      (digits + "/99999999").withBytes {
        #expect(ByteWord($0, at: 0).millionths(digits: digits.utf8.count) == Int64(value))
      }
    }
  }

  @Test("a prefix of a mask forgets what lies behind it")
  func prefixes() {
    "1a2b3c4d".withBytes { view in
      let digits = ByteWord(view, at: 0).digits
      #expect(digits.first == 0)
      #expect(digits.prefix(0).isEmpty)
      #expect(!digits.prefix(1).isEmpty)
      #expect((~digits).first == 1)
      #expect((~digits).prefix(1).isEmpty)
      #expect(digits.prefix(8).present == digits.present)
    }
  }

  @Test("a search ends at the end of the view")
  func search() {
    "0123456789abc:ef".withBytes { view in
      #expect(view.firstIndex { $0.equal(to: 0x3A) } == 13)
      #expect(view.firstIndex(from: 13) { $0.equal(to: 0x3A) } == 13)
      #expect(view.firstIndex(from: 14) { $0.equal(to: 0x3A) } == nil)
      #expect(view.prefix(13).firstIndex { $0.equal(to: 0x3A) } == nil)
      #expect(view.prefix(13).firstIndex { $0.equal(to: 0) } == nil)
      #expect(view.firstIndex(from: 16) { $0.equal(to: 0) } == nil)
    }
  }
}
