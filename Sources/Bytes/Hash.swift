/// A hash of bytes that differs from process to process, since senders choose the keys.
public enum KeyedHash {
  /// The process's random key.
  public static let key = UInt64.random(in: .min ... .max) | 1

  @inlinable @inline(__always)
  public static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The hash of `bytes` under `seed`; equal seeds and bytes give equal hashes in one process.
  @inlinable
  public static func hash(_ bytes: Bytes, seed: UInt64) -> UInt64 {
    let p = UnsafeRawPointer(bytes.start)
    var n = bytes.count
    var offset = 0
    var h = seed ^ 0xA076_1D64_78BD_642F
    while n > 16 {
      let a = p.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let b = p.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
      h = fold(a ^ 0xE703_7ED1_A0B4_28DB, b ^ h)
      offset += 16
      n -= 16
    }
    var a: UInt64 = 0
    var b: UInt64 = 0
    if n >= 8 {
      a = p.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      b = p.loadUnaligned(fromByteOffset: offset + n - 8, as: UInt64.self)
    } else if n >= 4 {
      a = UInt64(p.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      b = UInt64(p.loadUnaligned(fromByteOffset: offset + n - 4, as: UInt32.self))
    } else if n > 0 {
      a = UInt64(bytes.start[offset]) << 16 | UInt64(bytes.start[offset + n / 2]) << 8
      b = UInt64(bytes.start[offset + n - 1])
    }
    let mixed = fold(a ^ 0x8EBC_6AF0_9C88_C6E3, b ^ h)
    return fold(mixed ^ UInt64(bytes.count), seed ^ 0x5899_65CC_7537_4CC3)
  }
}
