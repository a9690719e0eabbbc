import Bytes

/// Remembers which reader belongs to which program, so that a line costs no search through the families.
final class ReaderCache {
  private struct Slot {
    var hash: UInt64
    var name: Range<Int>
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
    while let slot = slots[i] {
      if slot.hash == hash && names[slot.name] == program { return slot.reader }
      i = (i + 1) & (ReaderCache.capacity - 1)
    }
    return add(program, hash, at: i)
  }

  @inline(never)
  private func add(_ program: Bytes, _ hash: UInt64, at index: Int) -> TextReader? {
    let reader = find(program)
    if count < Limits.rememberedPrograms && names.hasRoom(for: program.count) {
      let from = names.count
      _ = names.append(program)
      slots[index] = Slot(hash: hash, name: from..<from + program.count, reader: reader)
      count += 1
    }
    return reader
  }
}
