/// Where a text stands in a `TextBuffer`.
@frozen
public struct TextPlace: Hashable, Sendable {
  public var offset: UInt32
  public var count: UInt32

  @inlinable @inline(__always)
  public init(offset: UInt32, count: UInt32) {
    self.offset = offset
    self.count = count
  }

  /// No text at all.
  @inlinable @inline(__always)
  public static var empty: TextPlace { TextPlace(offset: 0, count: 0) }

  @inlinable @inline(__always)
  public var isEmpty: Bool { count == 0 }
}

/// Texts one behind the other in memory of their own, found again by their places: so whoever keeps texts can be made of
/// plain numbers, and used again without asking for memory.
@frozen
public struct TextBuffer: ~Copyable {
  @usableFromInline var start: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0

  public init(capacity: Int = 128) {
    self.capacity = capacity
    start = .allocate(capacity: capacity)
  }

  /// Bytes of all texts.
  @inlinable @inline(__always)
  public var count: Int { used }

  deinit { start.deallocate() }

  /// Keeps a copy of `text`, which may be one of the buffer's own.
  public mutating func append(_ text: Bytes) -> TextPlace {
    guard !text.isEmpty else { return .empty }
    let place = TextPlace(offset: UInt32(count), count: UInt32(text.count))
    if count + text.count > capacity {
      grow(to: count + text.count) { $0.update(from: text.start, count: text.count) }
    } else {
      (start + count).update(from: text.start, count: text.count)
    }
    used += text.count
    return place
  }

  /// Lets `write` write up to `most` bytes behind all texts; it says how many they were.
  @inlinable @inline(__always)
  public mutating func extend(byAtMost most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    if count + most > capacity { makeRoom(for: most) }
    used += write(start + used)
  }

  @usableFromInline
  mutating func makeRoom(for more: Int) { grow(to: count + more) { _ in } }

  /// All texts as they follow each other, valid until something is added.
  public var all: Bytes { Bytes(start: start, count: count) }

  private mutating func grow(to needed: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
    capacity = max(needed, capacity * 2)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    fill(larger + count)
    start.deallocate()
    start = larger
  }

  /// The text at `place`, valid until the next one is added.
  @inlinable @inline(__always)
  public subscript(_ place: TextPlace) -> Bytes {
    precondition(Int(place.offset) + Int(place.count) <= count, "place outside the buffer")
    return Bytes(start: start + Int(place.offset), count: Int(place.count))
  }

  /// Forgets all texts and keeps the memory, unless it is more than `most` bytes.
  public mutating func removeAll(keepingAtMost most: Int = 1 << 16) {
    used = 0
    guard capacity > most else { return }
    start.deallocate()
    capacity = 128
    start = .allocate(capacity: capacity)
  }
}
