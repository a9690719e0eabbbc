import Bytes

/// A set of keys in constant memory: what it has is always found, what it has not is almost never.
///
/// A key is a hash and a kind. All that is kept of a hash lies in one line of the processor's cache, whatever the kinds, so that
/// asking costs one look at memory.
final class BloomFilter {
  private let words: UnsafeMutablePointer<UInt64>
  private let blockMask: UInt64
  private static let bits = 5

  /// - Parameter megabytes: a power of two. 16 hold some ten million keys with one false hit in a hundred.
  init(megabytes: Int) {
    let bytes = megabytes << 20
    words = LargePages.allocate(bytes, areWanted: true).bindMemory(to: UInt64.self, capacity: bytes / 8)
    words.initialize(repeating: 0, count: bytes / 8)
    blockMask = UInt64(bytes / 64 - 1)
  }

  deinit { LargePages.free(words, Int(blockMask + 1) * 64) }

  /// A word near what will be asked of `hash`: once it is there, so is all that the answer needs.
  func touch(_ hash: UInt64) -> UInt64 { block(of: hash).pointee }

  func insert(_ hash: UInt64, kind: UInt64) {
    let block = block(of: hash)
    var bits = bits(hash, kind)
    for _ in 0..<BloomFilter.bits {
      block[Int(bits >> 6 & 7)] |= 1 << (bits & 63)
      bits >>= 9
    }
  }

  func contains(_ hash: UInt64, kind: UInt64) -> Bool {
    let block = block(of: hash)
    var bits = bits(hash, kind)
    for _ in 0..<BloomFilter.bits {
      if block[Int(bits >> 6 & 7)] & 1 << (bits & 63) == 0 { return false }
      bits >>= 9
    }
    return true
  }

  private func block(of hash: UInt64) -> UnsafeMutablePointer<UInt64> { words + Int(hash >> 40 & blockMask) * 8 }

  private func bits(_ hash: UInt64, _ kind: UInt64) -> UInt64 {
    KeyedHash.fold(hash ^ kind &* 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB)
  }
}
