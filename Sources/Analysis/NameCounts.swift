import Bytes
import Correlation

/// What is counted for a name.
protocol NameCount {
  init()
  var count: Int64 { get }
  var bytes: Int64 { get }
  /// Fills what only this kind knows.
  func fill(_ row: inout TopRow)
}

/// Messages or deliveries, and their bytes: small, since there is one for each address.
struct AddressCount: NameCount {
  var number: UInt32 = 0
  var kilobytes: UInt32 = 0
  /// Bytes beyond whole kilobytes.
  var rest: UInt16 = 0

  var count: Int64 { Int64(number) }
  var bytes: Int64 { Int64(kilobytes) << 10 | Int64(rest) }

  mutating func add(_ times: Int64, bytes more: Int64) {
    number &+= UInt32(truncatingIfNeeded: times)
    let sum = bytes &+ more
    kilobytes = UInt32(truncatingIfNeeded: sum >> 10)
    rest = UInt16(sum & 1023)
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

  func fill(_ row: inout TopRow) {
    row.deferrals = Int(deferrals)
    row.bounced = Int(bounced)
    guard delays > 0 else { return }
    row.averageDelay = delaySum / delays
    row.maximumDelay = delayMaximum
  }
}

/// Counts by name, for lists of the greatest.
struct NameCounts<Count: NameCount> {
  private var counts: [Count] = []

  mutating func update(_ id: NameID, _ body: (inout Count) -> Void) {
    if Int(id) >= counts.count {
      let more = max(Int(id) + 1 - counts.count, counts.count / 4)
      counts.append(contentsOf: repeatElement(Count(), count: more))
    }
    body(&counts[Int(id)])
  }

  /// Names that were counted at least once.
  var distinct: Int { counts.count { $0.count > 0 } }

  /// The least of the `limit` greatest values; 0 if there are fewer.
  private func leastOfGreatest(_ limit: Int, _ value: (Count) -> Int64) -> Int64 {
    var greatest: [Int64] = []
    for count in counts {
      let value = value(count)
      guard value > 0, greatest.count < limit || value > greatest[0] else { continue }
      if greatest.count == limit { greatest.removeFirst() }
      greatest.insert(value, at: greatest.firstIndex { $0 >= value } ?? greatest.count)
    }
    return greatest.count < limit ? 0 : greatest[0]
  }

  /// The greatest `limit` rows by `value`, 0 for all; names decide between equals.
  func top(_ limit: Int, names: (NameID) -> [UInt8], by value: (Count) -> Int64 = { $0.count }) -> [TopRow] {
    let least = limit > 0 ? max(1, leastOfGreatest(limit, value)) : 1
    let ids = counts.indices.filter { value(counts[$0]) >= least }
    let rows = ids.map { (id: $0, name: names(NameID($0))) }.sorted {
      let (a, b) = (value(counts[$0.id]), value(counts[$1.id]))
      return a != b ? a > b : $0.name.lexicographicallyPrecedes($1.name)
    }
    return (limit > 0 ? Array(rows.prefix(limit)) : rows).map { row in
      let count = counts[row.id]
      var top = TopRow(name: row.name, count: Int(count.count))
      top.bytes = count.bytes
      count.fill(&top)
      return top
    }
  }
}

/// Addresses with their domains in lower case, and those domains, as numbers.
final class AddressBook {
  /// Canonical addresses stand in the same table.
  let addresses: NameTable
  let domains = NameTable()
  private var known: [(canonical: NameID, domain: NameID)] = []

  init(_ addresses: NameTable) { self.addresses = addresses }

  /// The canonical address and the domain (0 if it has none).
  func entry(_ id: NameID) -> (canonical: NameID, domain: NameID) {
    if Int(id) >= known.count {
      let more = max(Int(id) + 1 - known.count, known.count / 4)
      known.append(contentsOf: repeatElement((canonical: 0, domain: 0), count: more))
    }
    if known[Int(id)].canonical != 0 { return known[Int(id)] }
    let address = addresses[id]
    var entry = (canonical: id, domain: NameID(0))
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
    known[Int(id)] = entry
    return entry
  }
}
