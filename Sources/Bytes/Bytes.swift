// Bytes: cursor, numbers, escapes, time stamps over borrowed memory. Knows nothing of mail.

public import Glibc

/// A view of bytes that somebody else owns, valid for the length of the call that handed it out.
///
/// Not generic on purpose: a generic cursor across modules runs many times slower. What is to be kept is copied or interned at once.
@frozen
public struct Bytes: @unchecked Sendable {
  public let start: UnsafePointer<UInt8>
  public let count: Int

  @inlinable @inline(__always)
  public init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable @inline(__always)
  public init(_ literal: StaticString) {
    self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }

  @inlinable @inline(__always)
  public init(_ buffer: UnsafeRawBufferPointer) {
    self.init(
      start: buffer.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) } ?? StaticString("").utf8Start,
      count: buffer.count)
  }

  /// No bytes at all.
  @inlinable @inline(__always)
  public static var empty: Bytes { Bytes("") }

  @inlinable @inline(__always)
  public var isEmpty: Bool { count == 0 }

  @inlinable @inline(__always)
  public var end: UnsafePointer<UInt8> { start + count }

  /// The byte at `index`; an index outside the view is a programming error and stops the process.
  @inlinable @inline(__always)
  public subscript(_ index: Int) -> UInt8 {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the view")
    return start[index]
  }

  /// The bytes of `range`, which must lie inside the view.
  @inlinable @inline(__always)
  public subscript(_ range: Range<Int>) -> Bytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the view")
    return Bytes(start: start + range.lowerBound, count: range.upperBound - range.lowerBound)
  }

  @inlinable @inline(__always)
  public var first: UInt8? { count > 0 ? start[0] : nil }

  @inlinable @inline(__always)
  public var last: UInt8? { count > 0 ? start[count - 1] : nil }

  @inlinable @inline(__always)
  public func dropFirst(_ n: Int = 1) -> Bytes {
    let n = min(n, count)
    return Bytes(start: start + n, count: count - n)
  }

  @inlinable @inline(__always)
  public func dropLast(_ n: Int = 1) -> Bytes { Bytes(start: start, count: count - min(n, count)) }

  @inlinable @inline(__always)
  public func prefix(_ n: Int) -> Bytes { Bytes(start: start, count: min(n, count)) }
}

// MARK: - Copies

extension Bytes {
  /// What `part` is in `original`, in these bytes, which are a copy of it; nil if it does not lie there.
  @inlinable @inline(__always)
  public func counterpart(of part: Bytes, in original: Bytes) -> Bytes? {
    let from = part.start - original.start
    guard from >= 0, from <= original.count, part.count <= original.count &- from, original.count == count else {
      return nil
    }
    return Bytes(start: start + from, count: part.count)
  }
}

// MARK: - Comparing

extension Bytes: Equatable {
  @inlinable @inline(__always)
  public static func == (a: Bytes, b: Bytes) -> Bool {
    a.count == b.count && a.isEqual(to: b.start)
  }

  /// Whether `other` begins with the same bytes. Names of hosts and programs and queue ids have eight to sixteen mostly; two
  /// looks at each side then spare a call.
  @inlinable @inline(__always)
  func isEqual(to other: UnsafePointer<UInt8>) -> Bool {
    guard count >= 8 && count <= 16 else { return memcmp(start, other, count) == 0 }
    let (a, b) = (UnsafeRawPointer(start), UnsafeRawPointer(other))
    return a.loadUnaligned(as: UInt64.self) == b.loadUnaligned(as: UInt64.self)
      && a.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        == b.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
  }

  @inlinable @inline(__always)
  public static func == (a: Bytes, b: StaticString) -> Bool {
    a.count == b.utf8CodeUnitCount && memcmp(a.start, b.utf8Start, a.count) == 0
  }

  @inlinable @inline(__always)
  public static func != (a: Bytes, b: StaticString) -> Bool { !(a == b) }

  @inlinable @inline(__always)
  public func hasPrefix(_ text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount && memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  @inlinable @inline(__always)
  public func hasPrefix(_ other: Bytes) -> Bool {
    count >= other.count && memcmp(start, other.start, other.count) == 0
  }

  @inlinable @inline(__always)
  public func hasSuffix(_ text: StaticString) -> Bool {
    let n = text.utf8CodeUnitCount
    return count >= n && memcmp(start + (count - n), text.utf8Start, n) == 0
  }

  /// Equal but for the case of ASCII letters.
  @inlinable
  public func equalsIgnoringCase(_ other: Bytes) -> Bool {
    guard count == other.count else { return false }
    for i in 0..<count where start[i].lowercased != other.start[i].lowercased { return false }
    return true
  }

  /// Ordered by unsigned bytes; a prefix comes before what it begins.
  @inlinable
  public static func < (a: Bytes, b: Bytes) -> Bool {
    let order = memcmp(a.start, b.start, min(a.count, b.count))
    return order != 0 ? order < 0 : a.count < b.count
  }
}

// MARK: - Searching

extension Bytes {
  /// The index of the first `byte` at or behind `from`.
  @inlinable @inline(__always)
  public func firstIndex(of byte: UInt8, from: Int = 0) -> Int? {
    guard from < count, let hit = memchr(start + from, Int32(byte), count - from) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(start)
  }

  @inlinable
  public func lastIndex(of byte: UInt8) -> Int? {
    var i = count - 1
    while i >= 0 && start[i] != byte { i -= 1 }
    return i >= 0 ? i : nil
  }

  /// The index of the first occurrence of `text` at or behind `from`.
  @inlinable
  public func firstIndex(of text: StaticString, from: Int = 0) -> Int? {
    firstIndex(of: Bytes(text), from: from)
  }

  @inlinable
  public func firstIndex(of needle: Bytes, from: Int = 0) -> Int? {
    guard let head = needle.first else { return from <= count ? from : nil }
    let last = count - needle.count
    var i = from
    while i <= last, let hit = firstIndex(of: head, from: i), hit <= last {
      if memcmp(start + hit, needle.start, needle.count) == 0 { return hit }
      i = hit + 1
    }
    return nil
  }

  /// The index of the last occurrence of `text`.
  @inlinable
  public func lastIndex(of text: StaticString) -> Int? {
    let needle = Bytes(text)
    var i = count - needle.count
    while i >= 0 {
      if start[i] == needle.start[0] && memcmp(start + i, needle.start, needle.count) == 0 { return i }
      i -= 1
    }
    return nil
  }

  @inlinable
  public func contains(_ text: StaticString) -> Bool { firstIndex(of: text) != nil }

  @inlinable @inline(__always)
  public func contains(_ byte: UInt8) -> Bool { firstIndex(of: byte) != nil }

  /// Without leading and trailing spaces, tabs and line ends.
  @inlinable
  public var trimmed: Bytes {
    var low = 0
    var high = count
    while low < high && start[low].isSpace { low += 1 }
    while high > low && start[high - 1].isSpace { high -= 1 }
    return self[low..<high]
  }
}

// MARK: - Copies of their own

extension Bytes {
  /// A copy as text; bytes that are not UTF-8 become U+FFFD.
  public var string: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  /// A copy as an array.
  public var array: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

extension UInt8 {
  @inlinable @inline(__always)
  public var isDigit: Bool { self &- 0x30 < 10 }

  @inlinable @inline(__always)
  public var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  @inlinable @inline(__always)
  public var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }

  /// Space, tab, carriage return or line feed.
  @inlinable @inline(__always)
  public var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }

  /// The lower-case form of an ASCII letter, anything else as it is.
  @inlinable @inline(__always)
  public var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension Array where Element == UInt8 {
  /// The bytes of the array for the length of `body`.
  @inlinable
  public func withBytes<R>(_ body: (Bytes) throws -> R) rethrows -> R {
    try withUnsafeBytes { try body(Bytes($0)) }
  }
}

extension String {
  /// The UTF-8 bytes of the text for the length of `body`.
  @inlinable
  public func withBytes<R>(_ body: (Bytes) throws -> R) rethrows -> R {
    var copy = self
    return try copy.withUTF8 { try body(Bytes(UnsafeRawBufferPointer($0))) }
  }
}
