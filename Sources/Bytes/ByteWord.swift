/// Eight bytes of a view, looked at all at once: the end of a short word costs no branch a byte, which a processor would
/// guess wrong.
///
/// Not for long stretches: there `Bytes.firstIndex(of:from:)` is faster.
@frozen
public struct ByteWord {
  /// The first byte is the lowest.
  @usableFromInline let bits: UInt64

  @inlinable @inline(__always)
  init(bits: UInt64) { self.bits = bits }

  /// The bytes from `index` on, which must not lie behind the end; where there are fewer than eight, zeros follow.
  @inlinable @inline(__always)
  public init(_ view: Bytes, at index: Int) {
    precondition(UInt(bitPattern: index) <= UInt(bitPattern: view.count), "index outside the view")
    self.init(view.start + index, count: view.count &- index)
  }

  @inlinable @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    let p = UnsafeRawPointer(start)
    bits = count >= 8 ? UInt64(littleEndian: p.loadUnaligned(as: UInt64.self)) : ByteWord.short(p, count)
  }

  /// `count` bytes, fewer than eight: the first and the last ones, which may be the same.
  @usableFromInline @inline(never)
  static func short(_ p: UnsafeRawPointer, _ count: Int) -> UInt64 {
    if count >= 4 {
      let low = UInt32(littleEndian: p.loadUnaligned(as: UInt32.self))
      let high = UInt32(littleEndian: p.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
      return UInt64(low) | UInt64(high) &<< UInt64(8 &* (count &- 4))
    }
    if count >= 2 {
      let low = UInt16(littleEndian: p.loadUnaligned(as: UInt16.self))
      let high = UInt16(littleEndian: p.loadUnaligned(fromByteOffset: count - 2, as: UInt16.self))
      return UInt64(low) | UInt64(high) &<< UInt64(8 &* (count &- 2))
    }
    return count == 1 ? UInt64(p.load(as: UInt8.self)) : 0
  }

  // MARK: Which of them

  /// Those that equal `byte`.
  @inlinable @inline(__always)
  public func equal(to byte: UInt8) -> ByteMask {
    let difference = bits ^ ByteWord.all(byte)
    return ByteMask(absent: (difference & ByteWord.all(0x7F)) &+ ByteWord.all(0x7F) | difference)
  }

  /// Those that are not greater than `byte`, an ASCII character.
  @inlinable @inline(__always)
  public func atMost(_ byte: UInt8) -> ByteMask {
    ByteMask(absent: (bits & ByteWord.all(0x7F)) &+ ByteWord.all(0x7F &- byte) | bits)
  }

  /// Those from `low` to `high`, both ASCII characters.
  @inlinable @inline(__always)
  public func between(_ low: UInt8, _ high: UInt8) -> ByteMask {
    let seven = bits & ByteWord.all(0x7F)
    return ByteMask(absent: ~(seven &+ ByteWord.all(0x80 &- low)) | (seven &+ ByteWord.all(0x7F &- high)) | bits)
  }

  @inlinable @inline(__always)
  public var digits: ByteMask { between(0x30, 0x39) }

  /// ASCII letters of both cases.
  @inlinable @inline(__always)
  public var letters: ByteMask { ByteWord(bits: bits | ByteWord.all(0x20)).between(0x61, 0x7A) }

  @inlinable @inline(__always)
  public var lowercaseLetters: ByteMask { between(0x61, 0x7A) }

  // MARK: Their value

  /// The first `count` bytes, 1 to 8 decimal digits, as a number.
  @inlinable @inline(__always)
  public func number(digits count: Int) -> Int64 {
    ByteWord.number((bits ^ ByteWord.all(0x30)) &<< UInt64(64 &- 8 &* count))
  }

  /// The first `count` bytes, 0 to 7 decimal digits, as the digits behind a point, in millionths; the seventh is cut.
  @inlinable @inline(__always)
  public func millionths(digits count: Int) -> Int64 {
    ByteWord.number((bits ^ ByteWord.all(0x30)) & (1 &<< UInt64(8 &* count) &- 1)) / 100
  }

  /// Eight digits, each by its value, as a number.
  @inlinable @inline(__always)
  static func number(_ digits: UInt64) -> Int64 {
    let pairs = digits &* 10 &+ digits >> 8
    let high = (pairs & 0xFF_0000_00FF) &* 0xF_4240_0000_0064
    let low = (pairs >> 16 & 0xFF_0000_00FF) &* 0x2710_0000_0001
    return Int64((high &+ low) >> 32)
  }

  @inlinable @inline(__always)
  static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}

/// Some of the eight bytes of a `ByteWord`.
@frozen
public struct ByteMask {
  /// The highest bit of each byte that does not belong to it; the other bits mean nothing. The other way round would
  /// cost one operation more for every byte that is looked for.
  @usableFromInline let absent: UInt64

  @inlinable @inline(__always)
  init(absent: UInt64) { self.absent = absent }

  /// The highest bit of each byte that belongs to it.
  @inlinable @inline(__always)
  var present: UInt64 { ~absent & 0x8080_8080_8080_8080 }

  @inlinable @inline(__always)
  public var isEmpty: Bool { present == 0 }

  /// The place of the first of them; 8 if there is none.
  @inlinable @inline(__always)
  public var first: Int { present.trailingZeroBitCount >> 3 }

  /// Those among the first `count` bytes.
  @inlinable @inline(__always)
  public func prefix(_ count: Int) -> ByteMask {
    count >= 8 ? self : ByteMask(absent: absent | ~(1 &<< UInt64(8 &* count) &- 1))
  }

  @inlinable @inline(__always)
  public static func | (a: ByteMask, b: ByteMask) -> ByteMask { ByteMask(absent: a.absent & b.absent) }

  @inlinable @inline(__always)
  public static prefix func ~ (mask: ByteMask) -> ByteMask { ByteMask(absent: ~mask.absent) }
}

extension Bytes {
  /// The index of the first byte at or behind `from` that `select` finds in the word it stands in: for what is likely
  /// to be near.
  @inlinable @inline(__always)
  public func firstIndex(from: Int = 0, of select: (ByteWord) -> ByteMask) -> Int? {
    precondition(from >= 0, "index outside the view")
    var index = from
    while index < count {
      let hit = select(ByteWord(start + index, count: count &- index)).first
      if hit < 8 { return index &+ hit < count ? index &+ hit : nil }
      index &+= 8
    }
    return nil
  }
}
