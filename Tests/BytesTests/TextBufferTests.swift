import Bytes
import TestSupport
import Testing

@Suite("texts kept by place")
struct TextBufferTests {
  @Test("every text comes back, whatever was added behind it")
  func roundTrip() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    var buffer = TextBuffer(capacity: 1)
    for _ in 0..<3 {
      var known: [(TextPlace, [UInt8])] = []
      for _ in 0..<500 {
        let text = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        known.append((text.withBytes { buffer.append($0) }, text))
      }
      for (place, text) in known { #expect(buffer[place].array == text) }
      buffer.removeAll()
      #expect(buffer.count == 0)
    }
  }

  @Test("a text of its own may be added again")
  func ownText() {
    var buffer = TextBuffer(capacity: 4)
    let place = buffer.append(Bytes("abcd"))
    let again = buffer.append(buffer[place])
    #expect(buffer[again] == "abcd")
    #expect(buffer[place] == "abcd")
  }
}
