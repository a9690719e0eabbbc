import Bytes
import Correlation
import Facts

/// Numbers of any size in few bytes (LEB128), signed ones folded so that small ones stay small.
struct VariableIntegerWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

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

/// The facts of a hop as the bytes of its row, and back.
struct FactCoding {
  let dictionaries: Dictionaries

  func encode(_ hop: Hop) throws(StoreError) -> [UInt8] {
    var out = VariableIntegerWriter(capacity: 16 * hop.facts.count + 16)
    var time: Int64 = 0
    for fact in hop.facts {
      let isMessageID = fact.kind == .messageID && hop.messageID.map { $0 == hop[fact.text] } ?? false
      out.write(UInt64(fact.kind.rawValue) << 1 | (isMessageID ? 1 : 0))
      out.write(fact.time.microseconds &- time)
      time = fact.time.microseconds
      out.write(UInt64(fact.pid))
      let names = fact.kind == .accepted && fact.number < 0 ? dictionaries.clients : dictionaries.addresses
      out.write(UInt64(try names.row(fact.name) ?? 0))
      out.write(UInt64(try dictionaries.words.row(fact.other) ?? 0))
      out.write(fact.size)
      out.write(fact.number)
      out.write(isMessageID ? .empty : hop[fact.text])
    }
    return out.bytes
  }

  func decode(_ blob: Bytes, into hop: Hop, messageID: Bytes?) throws(StoreError) {
    var input = VariableIntegerReader(blob)
    var time: Int64 = 0
    while !input.isAtEnd {
      let head = input.unsigned()
      time &+= input.signed()
      guard let kind = HopFact.Kind(rawValue: UInt8(truncatingIfNeeded: head >> 1)) else { return }
      var fact = HopFact(kind, at: Timestamp(microseconds: time))
      fact.pid = UInt32(truncatingIfNeeded: input.unsigned())
      let name = Int64(bitPattern: input.unsigned())
      let other = Int64(bitPattern: input.unsigned())
      fact.size = input.signed()
      fact.number = input.signed()
      let own = input.text()
      let text = head & 1 == 1 ? messageID ?? .empty : own
      let names = kind == .accepted && fact.number < 0 ? dictionaries.clients : dictionaries.addresses
      fact.name = try names.name(ofRow: name)
      fact.other = try dictionaries.words.name(ofRow: other)
      hop.append(fact, text: text)
    }
  }

  static func encode(_ evidence: [Evidence]) -> [UInt8] {
    var out = VariableIntegerWriter(capacity: 8 * evidence.count)
    var last = Evidence(source: 0, line: 0, offset: 0)
    for place in evidence {
      out.write(Int64(place.source - last.source))
      out.write(place.line - last.line)
      out.write(place.offset - last.offset)
      last = place
    }
    return out.bytes
  }

  static func decodeEvidence(_ blob: Bytes) -> [Evidence] {
    var input = VariableIntegerReader(blob)
    var evidence: [Evidence] = []
    var last = Evidence(source: 0, line: 0, offset: 0)
    while !input.isAtEnd {
      last.source &+= Int32(truncatingIfNeeded: input.signed())
      last.line &+= input.signed()
      last.offset &+= input.signed()
      evidence.append(last)
    }
    return evidence
  }
}
