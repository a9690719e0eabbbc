/// SipHash-2-4 with 128 bits: the same for a key in every process and on every machine. Who does not know the key cannot find
/// two texts with the same hash.
public struct SipHash {
  private var v0, v1, v2, v3: UInt64

  /// The hash of `bytes` under the key `k0`, `k1` (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
  public static func hash(_ bytes: Bytes, k0: UInt64, k1: UInt64) -> (low: UInt64, high: UInt64) {
    var state = SipHash(k0: k0, k1: k1)
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      let word = UnsafeRawPointer(bytes.start).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state.absorb(UInt64(littleEndian: word))
      offset += 8
    }
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    for i in whole..<bytes.count { last |= UInt64(bytes[i]) << UInt64(8 * (i - whole)) }
    state.absorb(last)
    state.v2 ^= 0xEE
    let low = state.finish()
    state.v1 ^= 0xDD
    return (low, state.finish())
  }

  private init(k0: UInt64, k1: UInt64) {
    v0 = k0 ^ 0x736F_6D65_7073_6575
    v1 = k1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    v2 = k0 ^ 0x6C79_6765_6E65_7261
    v3 = k1 ^ 0x7465_6462_7974_6573
  }

  private mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  private mutating func finish() -> UInt64 {
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  private mutating func round() {
    v0 &+= v1
    v1 = (v1 << 13 | v1 >> 51) ^ v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = (v3 << 16 | v3 >> 48) ^ v2
    v0 &+= v3
    v3 = (v3 << 21 | v3 >> 43) ^ v0
    v2 &+= v1
    v1 = (v1 << 17 | v1 >> 47) ^ v2
    v2 = v2 << 32 | v2 >> 32
  }
}
