import Bytes
import Correlation
import Facts

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

  /// The bytes, valid until something else is encoded.
  func encode(_ hop: Hop) throws(StoreError) -> Bytes {
    out.removeAll()
    var time: Int64 = 0
    let messageID = hop.messageID
    for index in hop.facts.indices {
      let fact = hop.facts[index]
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
    return out.bytes
  }

  private func names(_ fact: HopFact) -> Dictionary {
    fact.namesClient ? dictionaries.clients : dictionaries.addresses
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

  /// For each line the distance from the one before it, with the source where that changes; valid until something else is
  /// encoded.
  func encode(_ evidence: [Evidence]) -> Bytes {
    out.removeAll()
    var last = Evidence(source: 0, line: 0, offset: 0)
    for place in evidence {
      let line = (place.line &- last.line) &<< 1
      out.write(place.source == last.source ? line : line | 1)
      if place.source != last.source { out.write(Int64(place.source)) }
      out.write(place.offset &- last.offset)
      last = place
    }
    return out.bytes
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
