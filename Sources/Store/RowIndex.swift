import Bytes

/// The rows of many names in little memory: twelve bytes for each and what is free, whatever its length.
///
/// A name is known by 64 bits of a hash whose key is drawn anew in each run. That another name of a million has the same bits
/// happens once in eighteen million million questions.
final class RowIndex {
  /// Slots in the order of the hashes in them, so that any size will do and a larger table is filled from end to end.
  ///
  /// A slot is a hash, 0 where it is free, and behind it a row: a question looks at one place in memory.
  private var slots: UnsafeMutableRawPointer
  private var capacity = 64
  private let key = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
  private(set) var count = 0

  /// Where a first import has forgotten more names of one kind, it makes their index at once; tests make do with fewer.
  @TaskLocal static var limit = 1 << 20
  private static let slotBytes = 12

  init() { slots = RowIndex.allocate(capacity) }

  deinit { LargePages.free(slots, capacity * RowIndex.slotBytes) }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    let slots = LargePages.allocate(capacity * slotBytes, areWanted: true)
    slots.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * slotBytes)
    return slots
  }

  func row(_ name: Bytes) -> Int64? {
    let slot = slot(of: hash(name))
    return slot.hash == 0 ? nil : Int64(slot.row)
  }

  /// Does nothing for a name that is there already.
  ///
  /// - Parameter row: 1 to 2³² − 1.
  func insert(_ row: Int64, of name: Bytes) {
    if (count + 1) * 4 > capacity * 3 { grow() }
    let hash = hash(name)
    let slot = slot(of: hash)
    guard slot.hash == 0 else { return }
    slot.fill(hash, row: UInt32(row))
    count += 1
  }

  private func hash(_ name: Bytes) -> UInt64 { max(1, SipHash.hash(name, k0: key.0, k1: key.1).low) }

  /// Where `hash` stands, or would stand.
  private func slot(of hash: UInt64) -> Slot {
    var place = Int(hash.multipliedFullWidth(by: UInt64(capacity)).high)
    while true {
      let slot = Slot(memory: slots + place * RowIndex.slotBytes)
      let known = slot.hash
      if known == 0 || known == hash { return slot }
      place = place + 1 == capacity ? 0 : place + 1
    }
  }

  private func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity += capacity / 4
    slots = RowIndex.allocate(capacity)
    for place in 0..<oldCapacity {
      let slot = Slot(memory: old + place * RowIndex.slotBytes)
      if slot.hash != 0 { self.slot(of: slot.hash).fill(slot.hash, row: slot.row) }
    }
    LargePages.free(old, oldCapacity * RowIndex.slotBytes)
  }
}

private struct Slot {
  let memory: UnsafeMutableRawPointer

  var hash: UInt64 { memory.loadUnaligned(as: UInt64.self) }
  var row: UInt32 { memory.loadUnaligned(fromByteOffset: 8, as: UInt32.self) }

  func fill(_ hash: UInt64, row: UInt32) {
    memory.storeBytes(of: hash, as: UInt64.self)
    memory.storeBytes(of: row, toByteOffset: 8, as: UInt32.self)
  }
}
