import Bytes

/// SipHash-2-4 with 128 bits under a fixed key: the same in every process and on every machine.
///
/// Not a defence against collisions made on purpose, since the key is known.
struct SipHash {
  private var v0, v1, v2, v3: UInt64

  /// The hash of `bytes` under the key `k0`, `k1` (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
  static func hash(_ bytes: Bytes, k0: UInt64, k1: UInt64) -> (low: UInt64, high: UInt64) {
    var state = SipHash(k0: k0, k1: k1)
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      state.absorb(word(bytes[offset..<offset + 8]))
      offset += 8
    }
    state.absorb(UInt64(truncatingIfNeeded: bytes.count) << 56 | word(bytes[whole..<bytes.count]))
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

  /// Up to eight bytes as a little-endian number.
  private static func word(_ bytes: Bytes) -> UInt64 {
    var value: UInt64 = 0
    for i in 0..<bytes.count { value |= UInt64(bytes[i]) << UInt64(8 * i) }
    return value
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
