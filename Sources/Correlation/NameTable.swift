package import Bytes

/// The number of a name in its table. 0 stands for no name at all.
package typealias NameID = UInt32

/// Names that stand once: text to number and back. Numbers count from 1 in the order of first sight.
package final class NameTable {
  private var chunks: [UnsafeMutablePointer<UInt8>] = []
  private var room = 0
  private var entries: [Bytes] = [.empty]
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private let seed = UInt64.random(in: .min ... .max)
  private static let chunkBytes = 1 << 20
  /// The name that was asked for last: lines of one kind come in a row.
  private var latest: NameID = 0

  private struct Slot {
    var hash: UInt32 = 0
    var id: NameID = 0
  }

  package init() {
    mask = 1023
    slots = .allocate(capacity: 1024)
    slots.initialize(repeating: Slot(), count: 1024)
  }

  deinit {
    slots.deallocate()
    for chunk in chunks { chunk.deallocate() }
  }

  /// How many names there are.
  package var count: Int { entries.count - 1 }

  /// The text of a name, valid as long as the table.
  package subscript(_ id: NameID) -> Bytes { entries[Int(id)] }

  /// The number of `name`, new if it is seen for the first time.
  package func intern(_ name: Bytes) -> NameID {
    if latest != 0 && entries[Int(latest)] == name { return latest }
    latest = lookUp(name)
    return latest
  }

  private func lookUp(_ name: Bytes) -> NameID {
    let hash = UInt32(truncatingIfNeeded: KeyedHash.hash(name, seed: seed))
    var index = Int(hash) & mask
    while slots[index].id != 0 {
      if slots[index].hash == hash && entries[Int(slots[index].id)] == name { return slots[index].id }
      index = (index + 1) & mask
    }
    let id = NameID(entries.count)
    entries.append(copy(name))
    slots[index] = Slot(hash: hash, id: id)
    if entries.count * 3 > mask * 2 { grow() }
    return id
  }

  /// The number of `name` if it has been seen.
  package func find(_ name: Bytes) -> NameID? {
    let hash = UInt32(truncatingIfNeeded: KeyedHash.hash(name, seed: seed))
    var index = Int(hash) & mask
    while slots[index].id != 0 {
      if slots[index].hash == hash && entries[Int(slots[index].id)] == name { return slots[index].id }
      index = (index + 1) & mask
    }
    return nil
  }

  private func copy(_ name: Bytes) -> Bytes {
    if name.isEmpty { return .empty }
    if name.count > room {
      room = max(NameTable.chunkBytes, name.count)
      chunks.append(.allocate(capacity: room))
      free = chunks[chunks.count - 1]
    }
    let place = free!
    place.update(from: name.start, count: name.count)
    free = place + name.count
    room -= name.count
    return Bytes(start: place, count: name.count)
  }

  private var free: UnsafeMutablePointer<UInt8>?

  private func grow() {
    let capacity = (mask + 1) * 2
    let larger = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    larger.initialize(repeating: Slot(), count: capacity)
    for old in 0...mask where slots[old].id != 0 {
      var index = Int(slots[old].hash) & (capacity - 1)
      while larger[index].id != 0 { index = (index + 1) & (capacity - 1) }
      larger[index] = slots[old]
    }
    slots.deallocate()
    slots = larger
    mask = capacity - 1
  }
}
