import Bytes

/// Copies of bytes in one piece of memory that stays where it is until it is emptied.
final class TextStorage {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    memory = .allocate(capacity: self.capacity)
  }

  deinit { memory.deallocate() }

  /// Forgets all copies and makes room for `capacity` bytes.
  @inline(__always)
  func removeAll(reserving capacity: Int = 0) {
    count = 0
    if capacity > self.capacity { grow(to: capacity) }
  }

  @inline(never)
  private func grow(to capacity: Int) {
    memory.deallocate()
    self.capacity = capacity
    memory = .allocate(capacity: capacity)
  }

  /// Whether `n` more bytes fit.
  func hasRoom(for n: Int) -> Bool { n <= capacity - count }

  /// Copies bytes behind the others; what does not fit is cut.
  @inline(__always)
  func append(_ bytes: Bytes) -> Bytes {
    let n = min(bytes.count, capacity - count)
    (memory + count).update(from: bytes.start, count: n)
    defer { count += n }
    return Bytes(start: UnsafePointer(memory + count), count: n)
  }

  /// Adds a byte if it fits.
  func append(_ byte: UInt8) {
    guard count < capacity else { return }
    memory[count] = byte
    count += 1
  }

  /// The bytes from `start` to the end of what was added.
  func bytes(from start: Int) -> Bytes {
    precondition(start >= 0 && start <= count, "start outside the storage")
    return Bytes(start: UnsafePointer(memory + start), count: count - start)
  }

  /// The bytes of `range`, which must lie within what was added.
  subscript(_ range: Range<Int>) -> Bytes {
    precondition(range.upperBound <= count, "range outside the storage")
    return Bytes(start: UnsafePointer(memory + range.lowerBound), count: range.count)
  }
}
