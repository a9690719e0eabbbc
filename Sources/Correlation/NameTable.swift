package import Bytes

/// The number of a name in its table. 0 stands for no name at all.
package typealias NameID = UInt32

/// Names that stand once: text to number and back. Numbers count from 1 in the order of first sight.
///
/// A name's number, length and bytes stand together, so that meeting it again touches one slot and one record.
package final class NameTable {
  fileprivate struct Slot {
    var hash: UInt32 = 0
    /// Where the record stands; 0 where the slot is free.
    var place: UInt32 = 0
  }

  /// Records are found by a number of eight bytes each, counted over chunks of this size; the first eight stay free.
  private static let chunkBytes = 2 << 20
  private static let headBytes = 8
  private var chunks: [UnsafeMutableRawPointer] = []
  private var chunkSizes: [Int] = []
  private var used = NameTable.chunkBytes
  /// By number.
  private var places: [UInt32] = [0]
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private let seed: UInt64
  /// The name that was asked for last: lines of one kind come in a row.
  private var latest = (id: NameID(0), name: Bytes.empty)

  /// How many names there may be before they have to be renewed.
  private let limit: Int
  private var fullCount: Int

  /// Set in the length of a name that was met again.
  private static let isMetAgain: UInt32 = 1 << 31

  package convenience init(limit: Int = .max) { self.init(limit: limit, seed: UInt64.random(in: .min ... .max)) }

  private init(limit: Int, seed: UInt64) {
    (self.limit, self.seed) = (limit, seed)
    fullCount = limit
    mask = 1023
    slots = LargePages.allocate(1024 * MemoryLayout<Slot>.stride, areWanted: false)
      .bindMemory(to: Slot.self, capacity: 1024)
    slots.initialize(repeating: Slot(), count: 1024)
  }

  deinit {
    LargePages.free(slots, (mask + 1) * MemoryLayout<Slot>.stride)
    for (chunk, size) in zip(chunks, chunkSizes) { LargePages.free(chunk, size) }
  }

  /// How many names there are.
  package var count: Int { places.count - 1 }

  /// Whether it is time to forget names.
  package var isFull: Bool { count >= fullCount }

  /// The text of a name, valid as long as the table.
  package subscript(_ id: NameID) -> Bytes {
    let place = places[Int(id)]
    return place == 0 ? .empty : name(at: record(place))
  }

  /// The number of `name`, new if it is seen for the first time.
  package func intern(_ name: Bytes) -> NameID {
    if latest.id != 0 && latest.name == name { return latest.id }
    let hash = self.hash(name)
    latest = find(name, hash) ?? add(name, hash)
    return latest.id
  }

  /// Where to look for a name first. Asked for some work before the name is needed, it lets the processor fetch memory meanwhile.
  struct Sought {
    fileprivate let hash: UInt32
    fileprivate let slot: Slot
  }

  func seek(_ name: Bytes) -> Sought {
    let hash = self.hash(name)
    return Sought(hash: hash, slot: slots[Int(hash) & mask])
  }

  /// The number of `name`, which was sought before, new if it is seen for the first time.
  func intern(_ name: Bytes, _ sought: Sought) -> NameID {
    if sought.slot.place != 0 && sought.slot.hash == sought.hash {
      let record = record(sought.slot.place)
      if self.name(at: record) == name {
        mark(record)
        return record.load(as: NameID.self)
      }
    }
    return (find(name, sought.hash) ?? add(name, sought.hash)).id
  }

  /// The number of `name` if it has been seen.
  package func find(_ name: Bytes) -> NameID? { find(name, hash(name))?.id }

  private func hash(_ name: Bytes) -> UInt32 { UInt32(truncatingIfNeeded: KeyedHash.hash(name, seed: seed)) }

  private func find(_ name: Bytes, _ hash: UInt32) -> (id: NameID, name: Bytes)? {
    var index = Int(hash) & mask
    while slots[index].place != 0 {
      if slots[index].hash == hash {
        let record = record(slots[index].place)
        let known = self.name(at: record)
        if known == name {
          mark(record)
          return (record.load(as: NameID.self), known)
        }
      }
      index = (index + 1) & mask
    }
    return nil
  }

  private func add(_ name: Bytes, _ hash: UInt32) -> (id: NameID, name: Bytes) {
    if places.count * 3 > mask * 2 { grow() }
    let id = NameID(places.count)
    let place = self.place(for: name.count)
    let record = record(place)
    record.storeBytes(of: id, as: NameID.self)
    record.storeBytes(of: UInt32(name.count), toByteOffset: 4, as: UInt32.self)
    (record + NameTable.headBytes).copyMemory(from: name.start, byteCount: name.count)
    places.append(place)
    insert(Slot(hash: hash, place: place))
    return (id, self.name(at: record))
  }

  // MARK: Records

  private func record(_ place: UInt32) -> UnsafeMutableRawPointer {
    let byte = Int(place) << 3
    return chunks[byte / NameTable.chunkBytes] + byte % NameTable.chunkBytes
  }

  private func name(at record: UnsafeMutableRawPointer) -> Bytes {
    let count = Int(record.load(fromByteOffset: 4, as: UInt32.self) & ~NameTable.isMetAgain)
    return Bytes(UnsafeRawBufferPointer(start: record + NameTable.headBytes, count: count))
  }

  private func mark(_ record: UnsafeMutableRawPointer) {
    let count = record.load(fromByteOffset: 4, as: UInt32.self)
    if count & NameTable.isMetAgain == 0 {
      record.storeBytes(of: count | NameTable.isMetAgain, toByteOffset: 4, as: UInt32.self)
    }
  }

  /// Room for a new record. One that is larger than a chunk gets a chunk of its own size.
  private func place(for count: Int) -> UInt32 {
    let needed = (NameTable.headBytes + count + 7) & ~7
    if used + needed > NameTable.chunkBytes {
      let size = max(NameTable.chunkBytes, needed + 8)
      chunks.append(LargePages.allocate(size, areWanted: !chunks.isEmpty))
      chunkSizes.append(size)
      used = 8
    }
    let place = UInt32(((chunks.count - 1) * NameTable.chunkBytes + used) >> 3)
    used += needed
    return place
  }

  // MARK: Slots

  private func insert(_ slot: Slot) {
    var index = Int(slot.hash) & mask
    while slots[index].place != 0 { index = (index + 1) & mask }
    slots[index] = slot
  }

  private func grow() {
    let (old, count) = (slots, mask + 1)
    mask = count * 2 - 1
    slots = LargePages.allocate(count * 2 * MemoryLayout<Slot>.stride, areWanted: true)
      .bindMemory(to: Slot.self, capacity: count * 2)
    slots.initialize(repeating: Slot(), count: count * 2)
    for index in 0..<count where old[index].place != 0 { insert(old[index]) }
    LargePages.free(old, count * MemoryLayout<Slot>.stride)
  }
}

// MARK: - Forgetting

extension NameTable {
  /// Begins anew with those names that were met more than once since it was made or renewed, as many as are half of the limit.
  /// All names have new numbers then.
  package func renew() -> Renewal {
    let old = NameTable(limit: limit, seed: seed)
    swapNames(with: old)
    var numbers = [NameID](repeating: 0, count: old.places.count)
    for id in numbers.indices.dropFirst() where count < limit / 2 {
      let record = old.record(old.places[id])
      guard record.load(fromByteOffset: 4, as: UInt32.self) & NameTable.isMetAgain != 0 else { continue }
      let name = old.name(at: record)
      numbers[id] = add(name, hash(name)).id
    }
    return Renewal(old: old, new: self, numbers: numbers)
  }

  private func swapNames(with other: NameTable) {
    swap(&chunks, &other.chunks)
    swap(&chunkSizes, &other.chunkSizes)
    swap(&used, &other.used)
    swap(&places, &other.places)
    swap(&slots, &other.slots)
    swap(&mask, &other.mask)
    latest = (0, .empty)
  }

  fileprivate func endRenewal() { fullCount = max(limit, count * 2) }
}

/// A table's names before and after it has been renewed. As long as it lasts the old names can be read.
package final class Renewal {
  private let old: NameTable
  private let new: NameTable
  private var numbers: [NameID]

  fileprivate init(old: NameTable, new: NameTable, numbers: [NameID]) {
    (self.old, self.new, self.numbers) = (old, new, numbers)
  }

  deinit { new.endRenewal() }

  /// The old numbers.
  package var oldNumbers: Range<NameID> { 1..<NameID(numbers.count) }

  /// The name that had the number `id`.
  package func oldName(_ id: NameID) -> Bytes { old[id] }

  /// The new number of the name that had the number `id`; 0 if it is forgotten.
  package func survivor(_ id: NameID) -> NameID { numbers[Int(id)] }

  /// The same, for whoever holds the name, which is therefore not forgotten.
  func number(_ id: NameID) -> NameID {
    if id != 0 && numbers[Int(id)] == 0 { numbers[Int(id)] = new.intern(old[id]) }
    return numbers[Int(id)]
  }
}
