import Bytes
import Correlation
import TestSupport
import Testing

@testable import Store

@Suite("what a row holds in few bytes")
struct FactCodingTests {
  @Test("numbers of any size come back", arguments: [0, 1, -1, 63, 64, -64, -65, 127, 128, .max, .min, .max - 1])
  func numbers(value: Int64) {
    var out = VariableIntegerWriter()
    out.write(value)
    out.write(UInt64(bitPattern: value))
    var input = VariableIntegerReader(out.bytes)
    #expect(input.signed() == value)
    #expect(input.unsigned() == UInt64(bitPattern: value))
    #expect(input.isAtEnd)
    #expect(!out.bytes.isEmpty)
  }

  private func coding() throws -> FactCoding {
    let database = try Database(path: ":memory:", access: .create)
    try Schema.migrate(database)
    return FactCoding(dictionaries: try Dictionaries(database: database, lexicon: Lexicon(), isFresh: true))
  }

  @Test("the facts of a hop come back with their names")
  func facts() throws {
    let lexicon = Lexicon()
    let database = try Database(path: ":memory:", access: .create)
    try Schema.migrate(database)
    let dictionaries = try Dictionaries(database: database, lexicon: lexicon, isFresh: true)
    let coding = FactCoding(dictionaries: dictionaries)
    let hop = Hop(host: lexicon.hosts.intern(Bytes("mx1")), queueID: Bytes("BEEF01234"))
    var accepted = HopFact(.accepted, at: Timestamp(microseconds: 1_792_483_200_000_123))
    (accepted.pid, accepted.name) = (.max, lexicon.client(name: Bytes("client.example"), address: Bytes("192.0.2.7")))
    var queued = HopFact(.queued, at: Timestamp(microseconds: 5))
    (queued.name, queued.size, queued.number) = (lexicon.addresses.intern(.empty), .max, 0)
    let messageID = HopFact(.messageID, at: Timestamp(microseconds: -7))
    let id: [UInt8] = [0, 0xFF, 0x80]
    for fact in [accepted, queued] { hop.add(fact) }
    id.withBytes { hop.add(messageID, text: $0) }
    hop.summarize(lexicon)
    let blob = try coding.encode(hop).array
    try dictionaries.flush()
    let copy = Hop(host: hop.host, queueID: hop.queueID)
    try blob.withBytes { blob in try id.withBytes { try coding.decode(blob, into: copy, messageID: $0) } }
    #expect(copy.facts == hop.facts)
    #expect(copy.facts.map { copy[$0.text].array } == hop.facts.map { hop[$0.text].array })
  }

  @Test("places of lines come back")
  func evidence() throws {
    let places = [
      Evidence(source: 3, line: 9, offset: 700), Evidence(source: 1, line: 1, offset: 0),
      Evidence(source: .max, line: .max >> 1, offset: .max),
    ]
    let coding = try coding()
    withExtendedLifetime(coding) { #expect(FactCoding.decodeEvidence($0.encode(places)) == places) }
  }

  @Test("damaged bytes end the reading, and nothing else")
  func damage() throws {
    let coding = try coding()
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.withBytes { bytes in
        var input = VariableIntegerReader(bytes)
        while !input.isAtEnd {
          _ = input.signed()
          _ = input.text()
        }
        _ = FactCoding.decodeEvidence(bytes)
      }
      // The kind stands above seven bits in the first two bytes.
      let kind = UInt8.random(in: 1...15, using: &random)
      let blob = [UInt8.random(in: 128...255, using: &random), kind] + bytes
      let hop = Hop(host: 0, queueID: .empty)
      try blob.withUnsafeBytes { try coding.decode(Bytes($0), into: hop, messageID: nil) }
    }
  }
}
