import Bytes
import Correlation

/// What is counted for a name.
protocol NameCount: BitwiseCopyable {
  init()
  /// Nothing was counted.
  var isEmpty: Bool { get }
  var count: Int64 { get }
  var bytes: Int64 { get }
  /// Deferrals and bounces.
  var troubles: Int64 { get }
  mutating func add(_ other: Self)
  /// Fills what only this kind knows.
  func fill(_ row: inout TopRow)
}

/// Messages or deliveries, and their bytes: small, since there is one for each address.
struct AddressCount: NameCount {
  var number: UInt32 = 0
  var kilobytes: UInt32 = 0
  /// Bytes beyond whole kilobytes.
  var rest: UInt16 = 0
  /// As pflogsumm counts: by queue entries and sent lines.
  var isSeen = false

  var isEmpty: Bool { number == 0 && !isSeen }
  var troubles: Int64 { 0 }
  var count: Int64 { Int64(number) }
  var bytes: Int64 { Int64(kilobytes) << 10 | Int64(rest) }

  mutating func add(_ times: Int64, bytes more: Int64) {
    number &+= UInt32(truncatingIfNeeded: times)
    let sum = bytes &+ more
    kilobytes = UInt32(truncatingIfNeeded: sum >> 10)
    rest = UInt16(sum & 1023)
  }

  mutating func add(_ other: AddressCount) {
    add(other.count, bytes: other.bytes)
    isSeen = isSeen || other.isSeen
  }

  func fill(_ row: inout TopRow) {}
}

/// Attempts of a domain or relay.
struct AttemptCount: NameCount {
  var count: Int64 = 0
  var bytes: Int64 = 0
  var deferrals: Int64 = 0
  var bounced: Int64 = 0
  var delaySum: Int64 = 0
  var delays: Int64 = 0
  var delayMaximum: Int64 = 0

  var isEmpty: Bool { count == 0 && troubles == 0 }
  var troubles: Int64 { deferrals + bounced }

  mutating func add(_ other: AttemptCount) {
    count += other.count
    bytes += other.bytes
    deferrals += other.deferrals
    bounced += other.bounced
    delaySum += other.delaySum
    delays += other.delays
    delayMaximum = max(delayMaximum, other.delayMaximum)
  }

  func fill(_ row: inout TopRow) {
    row.deferrals = Int(deferrals)
    row.bounced = Int(bounced)
    if delays > 0 { row.averageDelay = delaySum / delays }
    // Of what was only put off, too.
    if delays > 0 || delayMaximum > 0 { row.maximumDelay = delayMaximum }
  }
}

/// Counts by name, for lists of the greatest.
struct NameCounts<Count: NameCount>: ~Copyable {
  /// By the number of the name. A count that nothing was added to is all zeros.
  private var counts = NumberTable<Count>()

  mutating func update(_ id: NameID, _ body: (inout Count) -> Void) { counts.update(Int(id), body) }

  private func forEach(_ body: (NameID, Count) -> Void) {
    for id in 0..<counts.count {
      if let count = counts[id], !count.isEmpty { body(NameID(id), count) }
    }
  }

  /// How many names have a count that satisfies `condition`.
  func number(where condition: (Count) -> Bool) -> Int {
    var number = 0
    forEach { _, count in if condition(count) { number += 1 } }
    return number
  }

  /// Moves all counts to `spill`.
  mutating func move(to spill: CountSpill, as list: UInt8, names: (NameID) -> Bytes) {
    forEach { id, count in spill.add(count, of: names(id), to: list) }
    counts.removeAll()
  }

  /// Moves the counts of forgotten names to `spill`.
  mutating func renew(_ renewal: Renewal, to spill: CountSpill, as list: UInt8) {
    var survivors: [(id: NameID, count: Count)] = []
    forEach { id, count in
      let number = renewal.survivor(id)
      if number == 0 {
        spill.add(count, of: renewal.oldName(id), to: list)
      } else {
        survivors.append((number, count))
      }
    }
    counts.removeAll()
    for survivor in survivors { update(survivor.id) { $0 = survivor.count } }
  }

  /// Adds a count that went to a spill.
  mutating func add(_ spilled: UnsafeRawBufferPointer, of id: NameID) {
    let count = spilled.loadUnaligned(as: Count.self)
    update(id) { $0.add(count) }
  }

  /// The least of the `limit` greatest values; 0 if there are fewer.
  private func leastOfGreatest(_ limit: Int, _ value: (Count) -> Int64) -> Int64 {
    var greatest: [Int64] = []
    forEach { _, count in
      let value = value(count)
      guard value > 0, greatest.count < limit || value > greatest[0] else { return }
      if greatest.count == limit { greatest.removeFirst() }
      greatest.insert(value, at: greatest.firstIndex { $0 >= value } ?? greatest.count)
    }
    return greatest.count < limit ? 0 : greatest[0]
  }

  /// The greatest `limit` rows by `rank`, 0 for all, in no order, and all that equal the last of them.
  func greatest(_ limit: Int, by rank: Rank, names: (NameID) -> [UInt8]) -> [TopRow] {
    let value = { (count: Count) in rank.value(count: count.count, bytes: count.bytes, troubles: count.troubles) }
    let least = limit > 0 ? max(1, leastOfGreatest(limit, value)) : 1
    var rows: [TopRow] = []
    forEach { id, count in
      guard value(count) >= least else { return }
      var row = TopRow(name: names(id), count: Int(count.count))
      row.bytes = count.bytes
      count.fill(&row)
      rows.append(row)
    }
    return rows
  }
}

/// Addresses with their domains in lower case, and those domains, as numbers.
final class AddressBook {
  /// Canonical addresses stand in the same table.
  let addresses: NameTable
  /// Few, as what is counted for each is large.
  let domains = NameTable(limit: Correlation.Limits.names / 4)
  private var known = NumberTable<Entry>()

  struct Entry: BitwiseCopyable {
    var canonical: NameID
    /// 0 if it has none.
    var domain: NameID
  }

  init(_ addresses: NameTable) { self.addresses = addresses }

  /// The addresses have other numbers; domains keep theirs.
  func renew() { known.removeAll() }

  /// Gives domains other numbers, and most of them none at all.
  func renewDomains() -> Renewal {
    known.removeAll()
    return domains.renew()
  }

  func entry(_ id: NameID) -> Entry {
    if let entry = known[Int(id)], entry.canonical != 0 { return entry }
    let address = addresses[id]
    var entry = Entry(canonical: id, domain: 0)
    if let at = address.lastIndex(of: 0x40) {
      let domain = address.dropFirst(at + 1)
      var isFolded = true
      for i in 0..<domain.count where domain[i] != domain[i].lowercased { isFolded = false }
      if isFolded {
        entry.domain = domains.intern(domain)
      } else {
        let folded = domain.array.map(\.lowercased)
        entry.domain = folded.withBytes { domains.intern($0) }
        entry.canonical = (address.prefix(at + 1).array + folded).withBytes { addresses.intern($0) }
      }
    }
    known.update(Int(id)) { $0 = entry }
    return entry
  }
}
