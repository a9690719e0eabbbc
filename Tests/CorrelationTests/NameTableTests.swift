import Bytes
import TestSupport
import Testing

@testable import Correlation

@Suite("names")
struct NameTableTests {
  @Test("each name has one number, and its text back, whatever its bytes and length")
  func roundTrip() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let table = NameTable()
    var known: [[UInt8]: NameID] = [:]
    for _ in 0..<20_000 {
      let name = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let id = name.withBytes { table.intern($0) }
      #expect(known[name] == nil || known[name] == id)
      known[name] = id
    }
    #expect(table.count == known.count)
    for (name, id) in known {
      #expect(table[id].array == name)
      #expect(name.withBytes { table.find($0) } == id)
    }
  }

  @Test("the empty name may be the first, and is a name")
  func emptyName() {
    let table = NameTable()
    let id = table.intern(.empty)
    #expect(id != 0)
    #expect(table[id].isEmpty)
    #expect(table.intern(.empty) == id)
  }

  @Test("a name that was never met has no number, and asking does not give it one")
  func unknownName() {
    let table = NameTable()
    #expect(table.find(Bytes("stranger")) == nil)
    #expect(table.count == 0)
  }

  @Test("a name longer than a chunk is kept whole")
  func longName() {
    let name = [UInt8](repeating: 0x61, count: 3 << 20)
    let table = NameTable()
    let id = name.withBytes { table.intern($0) }
    #expect(table[id].count == name.count)
  }

  @Test("a name that was sought gets its number, whatever was met in the meantime")
  func sought() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let table = NameTable()
    var known: [[UInt8]: NameID] = [:]
    for _ in 0..<5_000 {
      let name = Array("\(Int.random(in: 0..<3_000, using: &random))@example.net".utf8)
      let sought = name.withBytes { table.seek($0) }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let other = Array("\(Int.random(in: 0..<3_000, using: &random))@example.net".utf8)
        known[other] = other.withBytes { table.intern($0) }
      }
      let id = name.withBytes { table.intern($0, sought) }
      #expect(known[name] == nil || known[name] == id)
      known[name] = id
      #expect(table[id].array == name)
    }
    #expect(table.count == known.count)
  }

  @Test("a renewed table has the names that were met again and those that are held, each under one new number")
  func renewal() {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let table = NameTable(limit: 500)
    for _ in 0..<20 {
      var ids: [[UInt8]: NameID] = [:]
      var metAgain: Set<[UInt8]> = []
      while !table.isFull {
        let name = Array("\(Int.random(in: 0..<5_000, using: &random))@example.net".utf8)
        let count = table.count
        let id = name.withBytes { table.intern($0) }
        if table.count == count && ids[name] != nil { metAgain.insert(name) }
        ids[name] = id
        // The last name is at hand, which is no new meeting.
        _ = table.intern(.empty)
      }
      let held = ids.keys.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }
      let renewal = table.renew()
      for (name, id) in ids { #expect(renewal.oldName(id).array == name) }
      let numbers = held.map { renewal.number(ids[$0]!) }
      #expect(Set(numbers).count == held.count)
      for (name, number) in zip(held, numbers) {
        #expect(table[number].array == name)
        #expect(name.withBytes { table.find($0) } == number)
      }
      for name in metAgain where table.count < 250 { #expect(renewal.survivor(ids[name]!) != 0) }
      #expect(table.count <= 250 + held.count + 1)
      #expect(renewal.number(0) == 0)
    }
  }

  @Test("a table that holds more than it should is not renewed at every name")
  func heldNames() {
    let table = NameTable(limit: 10)
    let ids = (0..<100).map { n in Array("\(n)".utf8).withBytes { table.intern($0) } }
    do {
      let renewal = table.renew()
      for id in ids { _ = renewal.number(id) }
    }
    #expect(table.count == 100)
    #expect(!table.isFull)
    for n in 100..<200 { _ = Array("\(n)".utf8).withBytes { table.intern($0) } }
    #expect(table.isFull)
  }
}
