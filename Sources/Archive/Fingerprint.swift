package import Bytes

/// By which a growing log is known again after it was renamed, rotated and packed: its first unpacked bytes.
///
/// It does not say that two files are equal, only that one begins as the other did.
package struct Fingerprint: Hashable, Sendable {
  /// How many bytes at the front it is made of.
  package let length: Int
  /// The two halves of their hash, the same on every machine.
  package let low: UInt64
  package let high: UInt64

  /// What a store has kept.
  package init(length: Int, low: UInt64, high: UInt64) {
    (self.length, self.low, self.high) = (length, low, high)
  }

  /// The fingerprint of the first `length` bytes; nil if there are fewer.
  package init?(prefix: Bytes, length: Int) {
    guard length > 0 && length <= prefix.count else { return nil }
    let hash = SipHash.hash(prefix.prefix(length), k0: 0x6D61_696C_666C_6F77, k1: 0x6669_6E67_6572_7072)
    self.init(length: length, low: hash.low, high: hash.high)
  }

  /// The fingerprint of a file that begins with `prefix`, as long as possible.
  ///
  /// Of the first `Limits.fingerprintBytes` it takes those of whole lines, or all if no line ends in them. Nil if the
  /// file is too young to be told from others: no line is whole yet, or all begin with `#`, as the same head of every
  /// new file does in the extended log format of the W3C.
  package static func of(_ prefix: Bytes) -> Fingerprint? {
    let front = prefix.prefix(Limits.fingerprintBytes)
    var length = 0
    var tells = false
    while let lineEnd = front.firstIndex(of: 0x0A, from: length) {
      if front[length] != 0x23 { tells = true }
      length = lineEnd + 1
    }
    if tells { return Fingerprint(prefix: front, length: length) }
    return front.count == Limits.fingerprintBytes ? Fingerprint(prefix: front, length: front.count) : nil
  }

  /// Whether a file that begins with `prefix` begins as this one did. A file that is shorter by now does not.
  package func matches(_ prefix: Bytes) -> Bool { Fingerprint(prefix: prefix, length: length) == self }
}
