import Bytes

/// Remembers which reader belongs to which program, so that a line costs no search through the families.
final class ReaderCache {
  private struct Slot {
    var hash: UInt64
    var name: Range<Int>
    var reader: TextReader?
  }

  private let mask: Int
  private let seed = KeyedHash.key
  private let names = TextStorage(capacity: Limits.rememberedPrograms * 32)
  private var slots: [Slot?]
  private var count = 0
  private let find: (Bytes) -> TextReader?

  init(find: @escaping (Bytes) -> TextReader?) {
    self.find = find
    let capacity = Limits.rememberedPrograms * 2
    slots = Array(repeating: nil, count: capacity)
    mask = capacity - 1
  }

  @inline(__always)
  func reader(for program: Bytes) -> TextReader? {
    let hash = KeyedHash.hash(program, seed: seed)
    var i = Int(truncatingIfNeeded: hash) & mask
    while let slot = slots[i] {
      if slot.hash == hash && names[slot.name] == program { return slot.reader }
      i = (i + 1) & mask
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
