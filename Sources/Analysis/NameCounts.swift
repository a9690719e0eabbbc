import Bytes
import Correlation

/// Counts by name, for lists of the greatest.
struct NameCounts {
  struct Count {
    var count: Int64 = 0
    var bytes: Int64 = 0
    var deferrals: Int64 = 0
    var bounced: Int64 = 0
    var delaySum: Int64 = 0
    var delays: Int64 = 0
    var delayMaximum: Int64 = 0
  }

  private var counts: [Count] = []

  mutating func update(_ id: NameID, _ body: (inout Count) -> Void) {
    if Int(id) >= counts.count {
      counts.append(contentsOf: repeatElement(Count(), count: max(Int(id) + 1, counts.count * 2) - counts.count))
    }
    body(&counts[Int(id)])
  }

  /// Names that were counted at least once.
  var distinct: Int { counts.count { $0.count > 0 } }

  /// The greatest `limit` rows by `value`, 0 for all; names decide between equals.
  func top(_ limit: Int, names: (NameID) -> [UInt8], by value: (Count) -> Int64 = { $0.count }) -> [TopRow] {
    var ids = counts.indices.filter { value(counts[$0]) > 0 }
    if limit > 0 && ids.count > limit {
      let threshold = ids.map { value(counts[$0]) }.sorted(by: >)[limit - 1]
      ids.removeAll { value(counts[$0]) < threshold }
    }
    let rows = ids.map { (id: $0, name: names(NameID($0))) }.sorted {
      let (a, b) = (value(counts[$0.id]), value(counts[$1.id]))
      return a != b ? a > b : $0.name.lexicographicallyPrecedes($1.name)
    }
    return (limit > 0 ? Array(rows.prefix(limit)) : rows).map { row in
      let count = counts[row.id]
      var top = TopRow(name: row.name, count: Int(count.count))
      top.bytes = count.bytes
      top.deferrals = Int(count.deferrals)
      top.bounced = Int(count.bounced)
      if count.delays > 0 {
        top.averageDelay = count.delaySum / count.delays
        top.maximumDelay = count.delayMaximum
      }
      return top
    }
  }
}

/// Addresses with their domains in lower case, and those domains, as numbers.
final class AddressBook {
  private let addresses: NameTable
  let canonical = NameTable()
  let domains = NameTable()
  private var known: [(canonical: NameID, domain: NameID)] = []

  init(_ addresses: NameTable) { self.addresses = addresses }

  /// The canonical address and the domain (0 if it has none).
  func entry(_ id: NameID) -> (canonical: NameID, domain: NameID) {
    if Int(id) >= known.count {
      known.append(contentsOf: repeatElement((canonical: 0, domain: 0), count: max(Int(id) + 1, known.count * 2) - known.count))
    }
    if known[Int(id)].canonical != 0 { return known[Int(id)] }
    let address = addresses[id]
    var folded = address.array
    var domain: NameID = 0
    if let at = address.lastIndex(of: 0x40) {
      for i in at..<folded.count { folded[i] = folded[i].lowercased }
      domain = folded.withBytes { domains.intern($0.dropFirst(at + 1)) }
    }
    known[Int(id)] = (folded.withBytes { canonical.intern($0) }, domain)
    return known[Int(id)]
  }
}
