// Archive: a path becomes named streams of unpacked bytes, whole lines if wanted. Does not know what the bytes mean.

package import Bytes

/// How the bytes of a file are packed, told by its first bytes and never by its name.
package enum Compression: String, Sendable {
  /// The bytes are what they are.
  case none
  /// RFC 1952: `1f 8b`.
  case gzip
  /// `BZh`, a block size from 1 to 9, and the mark of a block or of the end.
  case bzip2
  /// `fd 37 7a 58 5a 00`.
  case xz
  /// RFC 8878: `28 b5 2f fd`.
  case zstd
  /// `PK` and the mark of a member.
  case zip
  /// POSIX `ustar`, whose mark stands further in than `detect` looks.
  case tar

  /// The packing that `prefix`, the first bytes of a file, belongs to. Ten bytes are enough.
  package static func detect(_ prefix: Bytes) -> Compression {
    guard prefix.count >= 2 else { return .none }
    switch (prefix[0], prefix[1]) {
    case (0x1F, 0x8B): return .gzip
    case (0x42, 0x5A): return isBzip2(prefix) ? .bzip2 : .none
    case (0xFD, 0x37): return prefix.hasPrefix(Compression.xzMagic) ? .xz : .none
    case (0x50, 0x4B): return prefix.hasPrefix(Compression.zipMagic) ? .zip : .none
    case (0x28, 0xB5): return prefix.hasPrefix(Compression.zstdMagic) ? .zstd : .none
    default: return .none
    }
  }

  /// Whether `prefix`, the first bytes of what was unpacked, begins a tar archive: POSIX.1-1988, `ustar` at 257.
  package static func isTar(_ prefix: Bytes) -> Bool { prefix.count >= 262 && prefix[257..<262] == "ustar" }

  /// The command that unpacks it and keeps the packed file.
  package var unpackCommand: String {
    switch self {
    case .none: "cat"
    case .gzip: "gzip -dk"
    case .bzip2: "bzip2 -dk"
    case .xz: "xz -dk"
    case .zstd: "zstd -dk"
    case .zip: "unzip"
    case .tar: "tar -xf"
    }
  }

  private static func isBzip2(_ prefix: Bytes) -> Bool {
    guard prefix.count >= 10, prefix[2] == 0x68, prefix[3] &- 0x31 < 9 else { return false }
    let mark = prefix[4..<10]
    return mark == "1AY&SY" || mark == bzip2End
  }

  private static let bzip2End: Bytes = Compression.bytes([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  private static let xzMagic: Bytes = Compression.bytes([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])
  private static let zipMagic: Bytes = Compression.bytes([0x50, 0x4B, 0x03, 0x04])
  private static let zstdMagic: Bytes = Compression.bytes([0x28, 0xB5, 0x2F, 0xFD])

  /// A view that lives as long as the process.
  private static func bytes(_ values: [UInt8]) -> Bytes {
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: values.count)
    copy.initialize(from: values, count: values.count)
    return Bytes(start: copy, count: values.count)
  }
}
