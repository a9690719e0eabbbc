/// Reads a view from left to right. Each `take` moves on only if it matches.
@frozen
public struct ByteCursor {
  @usableFromInline let view: Bytes
  /// How many bytes have been read.
  public var position = 0

  @inlinable @inline(__always)
  public init(_ view: Bytes) { self.view = view }

  @inlinable @inline(__always)
  public var isAtEnd: Bool { position == view.count }

  /// What has not been read yet.
  @inlinable @inline(__always)
  public var rest: Bytes { Bytes(start: view.start + position, count: view.count - position) }

  /// The next byte, which stays unread.
  @inlinable @inline(__always)
  public var peek: UInt8? { position < view.count ? view.start[position] : nil }

  /// Reads `text` if it comes next.
  @inlinable @inline(__always)
  public mutating func take(_ text: StaticString) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Reads `byte` if it comes next.
  @inlinable @inline(__always)
  public mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  /// The bytes before the next `byte`, which stays unread; nil if there is none.
  @inlinable @inline(__always)
  public mutating func take(upTo byte: UInt8) -> Bytes? {
    guard let hit = view.firstIndex(of: byte, from: position) else { return nil }
    defer { position = hit }
    return view[position..<hit]
  }

  /// The bytes before the next `text`, which stays unread; nil if there is none.
  @inlinable
  public mutating func take(upTo text: StaticString) -> Bytes? {
    guard let hit = view.firstIndex(of: text, from: position) else { return nil }
    defer { position = hit }
    return view[position..<hit]
  }

  /// The bytes before the next `text`, which is read as well; nil if there is none.
  @inlinable
  public mutating func take(through text: StaticString) -> Bytes? {
    guard let bytes = take(upTo: text) else { return nil }
    position += text.utf8CodeUnitCount
    return bytes
  }

  /// As many bytes as satisfy `condition`, perhaps none.
  @inlinable @inline(__always)
  public mutating func take(while condition: (UInt8) -> Bool) -> Bytes {
    let from = position
    while position < view.count, condition(view.start[position]) { position += 1 }
    return view[from..<position]
  }

  /// As many bytes as `select` finds one behind the other in the words they stand in, perhaps none.
  @inlinable @inline(__always)
  public mutating func take(all select: (ByteWord) -> ByteMask) -> Bytes {
    let from = position
    position = view.firstIndex(from: from) { ~select($0) } ?? view.count
    return view[from..<position]
  }

  /// An unsigned decimal number; nil, and nothing read, if there is none or it does not fit.
  @inlinable @inline(__always)
  public mutating func takeInteger() -> Int64? {
    guard let (value, end) = view.integer(at: position) else { return nil }
    position = end
    return value
  }

  /// The next `n` bytes; nil, and nothing read, if there are fewer.
  @inlinable
  public mutating func take(count n: Int) -> Bytes? {
    guard n >= 0 && position + n <= view.count else { return nil }
    defer { position += n }
    return view[position..<position + n]
  }

  /// All that is left.
  @inlinable
  public mutating func takeRest() -> Bytes {
    defer { position = view.count }
    return rest
  }

  @inlinable
  public mutating func skipSpaces() { while peek == 0x20 || peek == 0x09 { position += 1 } }
}
