import Bytes
import Facts

/// Entries of `journalctl -o export`: a field a line, `NAME=value`, or the name alone, the length of the value in eight
/// bytes, the least significant first, and the value; an empty line ends the entry (systemd's Journal Export Formats).
enum JournalExport {
  /// Whether a source begins with an entry.
  static func isStart(_ start: Bytes) -> Bool {
    var cursor = ByteCursor(start)
    while cursor.take(0x0A) {}
    return cursor.take("__CURSOR=") || cursor.take("__REALTIME_TIMESTAMP=")
  }

  /// What comes next in an entry.
  enum Part {
    case field(name: Bytes, value: Bytes)
    /// The empty line behind an entry.
    case end
    /// The entry goes on behind what we have.
    case unfinished
    case malformed
  }

  static func takePart(_ cursor: inout ByteCursor) -> Part {
    guard let line = cursor.take(upTo: UInt8(0x0A)) else { return .unfinished }
    cursor.position += 1
    if line.isEmpty { return .end }
    if let equals = line.firstIndex(of: 0x3D) {
      return .field(name: line.prefix(equals), value: line.dropFirst(equals + 1))
    }
    guard let size = cursor.take(count: 8) else { return .unfinished }
    var count: UInt64 = 0
    for i in 0..<8 { count |= UInt64(size[i]) << UInt64(i * 8) }
    guard count <= UInt64(Limits.recordBytes) else { return .malformed }
    guard let value = cursor.take(count: Int(count)), cursor.peek != nil else { return .unfinished }
    guard cursor.take(0x0A) else { return .malformed }
    return .field(name: line, value: value)
  }

  /// The bytes of the first entry with its empty line, nil if it goes on behind what we have; an entry that is none
  /// ends with the next empty line.
  static func recordLength(_ bytes: Bytes) -> Int? {
    var cursor = ByteCursor(bytes)
    while true {
      switch takePart(&cursor) {
      case .field: continue
      case .end: return cursor.position
      case .unfinished: return nil
      case .malformed: return cursor.take(through: "\n\n") != nil ? cursor.position : nil
      }
    }
  }

  static func read(_ record: Bytes, _ fact: Fact) -> HeadResult? {
    var cursor = ByteCursor(record)
    var fields = JournalFields()
    while !cursor.isAtEnd {
      switch takePart(&cursor) {
      case .field(let name, let value):
        if JournalFields.isWanted(name) { fields.set(name, value) }
      case .end: return fields.fill(fact)
      case .unfinished, .malformed: return nil
      }
    }
    return fields.fill(fact)
  }
}
