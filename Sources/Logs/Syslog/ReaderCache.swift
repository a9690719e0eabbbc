import Bytes

/// Remembers which reader belongs to which program, so that a line costs no search through the families.
final class ReaderCache {
  private struct Slot {
    var hash: UInt64
    /// Among `names`.
    var name: Bytes
    var reader: TextReader?
  }

  private static let capacity = Limits.rememberedPrograms * 2

  private let seed = KeyedHash.key
  private let names = TextStorage(capacity: Limits.rememberedPrograms * 32)
  /// In memory of their own: an array in a class costs a check of exclusive access in every line.
  private let slots: UnsafeMutablePointer<Slot?>
  private var count = 0
  private let find: (Bytes) -> TextReader?

  init(find: @escaping (Bytes) -> TextReader?) {
    self.find = find
    slots = .allocate(capacity: ReaderCache.capacity)
    slots.initialize(repeating: nil, count: ReaderCache.capacity)
  }

  deinit {
    slots.deinitialize(count: ReaderCache.capacity)
    slots.deallocate()
  }

  @inline(__always)
  func reader(for program: Bytes) -> TextReader? {
    let hash = KeyedHash.hash(program, seed: seed)
    var i = Int(truncatingIfNeeded: hash) & (ReaderCache.capacity - 1)
    while true {
      guard let slot = slots[i] else { return add(program, hash, at: i) }
      if slot.hash == hash && slot.name == program { return slot.reader }
      i = (i + 1) & (ReaderCache.capacity - 1)
    }
  }

  @inline(never)
  private func add(_ program: Bytes, _ hash: UInt64, at index: Int) -> TextReader? {
    let reader = find(program)
    if count < Limits.rememberedPrograms && names.hasRoom(for: program.count) {
      slots[index] = Slot(hash: hash, name: names.append(program), reader: reader)
      count += 1
    }
    return reader
  }
}
