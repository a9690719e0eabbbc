import Bytes
import Correlation
import Facts

/// Numbers of any size in few bytes (LEB128), signed ones folded so that small ones stay small.
struct VariableIntegerWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ value: Int64) { write(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  mutating func write(_ text: Bytes) {
    write(UInt64(text.count))
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.start, count: text.count))
  }

  /// Forgets what was written and keeps the memory.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

struct VariableIntegerReader {
  private var cursor: ByteCursor

  init(_ bytes: Bytes) { cursor = ByteCursor(bytes) }

  var isAtEnd: Bool { cursor.isAtEnd }

  /// The next number; a cut one ends the reading.
  mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = cursor.take(count: 1)?.first {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 || shift > 56 { break }
      shift += 7
    }
    return value
  }

  mutating func signed() -> Int64 {
    let folded = unsigned()
    return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
  }

  /// The next text; a cut one ends the reading.
  mutating func text() -> Bytes {
    let count = unsigned()
    guard count <= UInt64(cursor.rest.count) else {
      _ = cursor.takeRest()
      return .empty
    }
    return cursor.take(count: Int(count)) ?? .empty
  }
}

/// The facts and the evidence of a hop as the bytes of its row, and back.
final class FactCoding {
  private let dictionaries: Dictionaries
  private var out = VariableIntegerWriter()

  init(dictionaries: Dictionaries) { self.dictionaries = dictionaries }

  /// What stands behind the kind and the time of a fact; the bits are kept in stores.
  private struct Parts: OptionSet {
    let rawValue: UInt64
    static let pid = Parts(rawValue: 1)
    static let name = Parts(rawValue: 2)
    static let other = Parts(rawValue: 4)
    static let size = Parts(rawValue: 8)
    static let number = Parts(rawValue: 16)
    static let text = Parts(rawValue: 32)
    /// The text is the Message-ID of the row.
    static let messageID = Parts(rawValue: 64)
    static let bits = 7
  }

  /// Gives `body` the bytes.
  func encode(_ hop: Hop, _ body: (Bytes) -> Void) throws(StoreError) {
    out.removeAll()
    var time: Int64 = 0
    let messageID = hop.messageID
    for fact in hop.facts {
      var parts = Parts()
      if fact.pid != 0 { parts.insert(.pid) }
      if fact.name != 0 { parts.insert(.name) }
      if fact.other != 0 { parts.insert(.other) }
      if fact.size != -1 { parts.insert(.size) }
      if fact.number != -1 { parts.insert(.number) }
      if fact.kind == .messageID && messageID.map({ $0 == hop[fact.text] }) ?? false {
        parts.insert(.messageID)
      } else if !fact.text.isEmpty {
        parts.insert(.text)
      }
      out.write(UInt64(fact.kind.rawValue) << Parts.bits | parts.rawValue)
      out.write(fact.time.microseconds &- time)
      time = fact.time.microseconds
      if parts.contains(.pid) { out.write(UInt64(fact.pid)) }
      if parts.contains(.name) { out.write(UInt64(try names(fact).row(fact.name) ?? 0)) }
      if parts.contains(.other) { out.write(UInt64(try dictionaries.words.row(fact.other) ?? 0)) }
      if parts.contains(.size) { out.write(fact.size) }
      if parts.contains(.number) { out.write(fact.number) }
      if parts.contains(.text) { out.write(hop[fact.text]) }
    }
    out.bytes.withBytes(body)
  }

  private func names(_ fact: HopFact) -> Dictionary {
    fact.kind == .accepted && fact.number < 0 ? dictionaries.clients : dictionaries.addresses
  }

  /// Adds the facts to `hop`; what is damaged ends the reading.
  func decode(_ blob: Bytes, into hop: Hop, messageID: Bytes?) throws(StoreError) {
    var input = VariableIntegerReader(blob)
    var time: Int64 = 0
    while !input.isAtEnd {
      let head = input.unsigned()
      let parts = Parts(rawValue: head)
      time &+= input.signed()
      guard let kind = HopFact.Kind(rawValue: UInt8(truncatingIfNeeded: head >> UInt64(Parts.bits))) else { return }
      var fact = HopFact(kind, at: Timestamp(microseconds: time))
      if parts.contains(.pid) { fact.pid = UInt32(truncatingIfNeeded: input.unsigned()) }
      let name = parts.contains(.name) ? Int64(bitPattern: input.unsigned()) : 0
      let other = parts.contains(.other) ? Int64(bitPattern: input.unsigned()) : 0
      if parts.contains(.size) { fact.size = input.signed() }
      if parts.contains(.number) { fact.number = input.signed() }
      let text = parts.contains(.text) ? input.text() : parts.contains(.messageID) ? messageID ?? .empty : .empty
      fact.name = try names(fact).name(ofRow: name)
      fact.other = try dictionaries.words.name(ofRow: other)
      hop.append(fact, text: text)
    }
  }

  /// Gives `body` the bytes: for each line the distance from the one before it, with the source where that changes.
  func encode(_ evidence: [Evidence], _ body: (Bytes) -> Void) {
    out.removeAll()
    var last = Evidence(source: 0, line: 0, offset: 0)
    for place in evidence {
      let line = (place.line &- last.line) &<< 1
      out.write(place.source == last.source ? line : line | 1)
      if place.source != last.source { out.write(Int64(place.source)) }
      out.write(place.offset &- last.offset)
      last = place
    }
    out.bytes.withBytes(body)
  }

  static func decodeEvidence(_ blob: Bytes) -> [Evidence] {
    var input = VariableIntegerReader(blob)
    var evidence: [Evidence] = []
    var last = Evidence(source: 0, line: 0, offset: 0)
    while !input.isAtEnd {
      let head = input.signed()
      last.line &+= head >> 1
      if head & 1 == 1 { last.source = Int32(truncatingIfNeeded: input.signed()) }
      last.offset &+= input.signed()
      evidence.append(last)
    }
    return evidence
  }
}
