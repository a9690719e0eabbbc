import CMalloc
import Glibc

/// Values by numbers from 0, such as those of names: memory that grows without a copy, of which only what is used is there.
///
/// At first each value is all zeros.
@frozen
public struct NumberTable<Value: BitwiseCopyable>: ~Copyable {
  @usableFromInline var values: UnsafeMutablePointer<Value>
  /// Numbers that there is memory for.
  @usableFromInline var capacity: Int
  /// Up to which number values may be other than zero.
  @usableFromInline var used = 0

  public init() {
    capacity = 1 << 10
    values = MappedMemory.allocate(capacity * MemoryLayout<Value>.stride).bindMemory(to: Value.self, capacity: capacity)
  }

  deinit { munmap(values, capacity * MemoryLayout<Value>.stride) }

  /// Numbers from here on have no value but zero.
  @inlinable @inline(__always)
  public var count: Int { used }

  /// The value of a number; nil where it and all behind it have never been anything but zero.
  @inlinable @inline(__always)
  public subscript(_ number: Int) -> Value? {
    precondition(number >= 0, "numbers count from 0")
    return number < used ? values[number] : nil
  }

  @inlinable @inline(__always)
  public mutating func update<R>(_ number: Int, _ body: (inout Value) -> R) -> R {
    precondition(number >= 0, "numbers count from 0")
    if number >= used {
      if number >= capacity { grow(to: number + 1) }
      used = number + 1
    }
    return body(&values[number])
  }

  @usableFromInline @inline(never)
  mutating func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let stride = MemoryLayout<Value>.stride
    values = MappedMemory.enlarge(UnsafeMutableRawPointer(values), from: capacity * stride, to: larger * stride)
      .bindMemory(to: Value.self, capacity: larger)
    capacity = larger
  }

  /// Sets all values to zero and keeps the memory.
  public mutating func removeAll() {
    UnsafeMutableRawPointer(values).initializeMemory(
      as: UInt8.self, repeating: 0, count: used * MemoryLayout<Value>.stride)
    used = 0
  }
}

/// Memory straight from the system, where it is all zeros and takes no room before it is used.
@usableFromInline
enum MappedMemory {
  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    checked(mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
  }

  @usableFromInline
  static func enlarge(_ memory: UnsafeMutableRawPointer, from old: Int, to new: Int) -> UnsafeMutableRawPointer {
    checked(cmalloc_enlarge_mapping(memory, old, new))
  }

  private static func checked(_ memory: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
    guard let memory, memory != MAP_FAILED else { fatalError("out of memory") }
    return memory
  }
}
