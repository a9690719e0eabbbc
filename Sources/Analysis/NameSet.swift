import Correlation

/// A set of names, a bit each.
struct NameSet {
  private var words: [UInt64] = []
  private(set) var count = 0

  mutating func insert(_ id: NameID) {
    let word = Int(id >> 6)
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    let bit: UInt64 = 1 << UInt64(id & 63)
    if words[word] & bit == 0 { count += 1 }
    words[word] |= bit
  }
}
