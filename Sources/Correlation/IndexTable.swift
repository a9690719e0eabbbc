/// Places in an array by the hash of what stands there. Several places may share a hash; the caller tells them apart.
struct IndexTable {
  private struct Slot {
    var hash: UInt64 = 0
    /// -1 where the slot is free.
    var index: Int32 = -1
  }

  private var slots: [Slot]
  private var mask: Int
  private(set) var count = 0

  init() {
    mask = 1023
    slots = Array(repeating: Slot(), count: 1024)
  }

  /// The first place under `hash` that satisfies `condition`.
  @inline(__always)
  func first(_ hash: UInt64, where condition: (Int) -> Bool) -> Int? {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].index >= 0 {
      if slots[slot].hash == hash && condition(Int(slots[slot].index)) { return Int(slots[slot].index) }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// All places under `hash`.
  @inline(__always)
  func forEach(_ hash: UInt64, _ body: (Int) -> Void) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].index >= 0 {
      if slots[slot].hash == hash { body(Int(slots[slot].index)) }
      slot = (slot + 1) & mask
    }
  }

  mutating func insert(_ index: Int, hash: UInt64) {
    if (count + 1) * 2 > mask { grow() }
    place(Slot(hash: hash, index: Int32(index)))
    count += 1
  }

  /// Takes `index` out, if it stands under `hash`.
  mutating func remove(_ index: Int, hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].index >= 0 {
      if Int(slots[slot].index) == index && slots[slot].hash == hash { break }
      slot = (slot + 1) & mask
    }
    guard slots[slot].index >= 0 else { return }
    count -= 1
    // What stands behind the gap moves up, unless it is where it belongs.
    var gap = slot
    var next = (slot + 1) & mask
    while slots[next].index >= 0 {
      let home = Int(truncatingIfNeeded: slots[next].hash) & mask
      if (next &- home) & mask >= (next &- gap) & mask {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    slots[gap].index = -1
  }

  mutating func removeAll() { self = IndexTable() }

  private mutating func place(_ new: Slot) {
    var slot = Int(truncatingIfNeeded: new.hash) & mask
    while slots[slot].index >= 0 { slot = (slot + 1) & mask }
    slots[slot] = new
  }

  private mutating func grow() {
    let old = slots
    mask = (mask + 1) * 2 - 1
    slots = Array(repeating: Slot(), count: mask + 1)
    for slot in old where slot.index >= 0 { place(slot) }
  }
}
