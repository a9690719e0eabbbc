import Bytes
import Facts

/// Entries of `journalctl -o json`: an object whose values are strings, arrays of bytes where they are no text, arrays
/// of those where a field stands several times, or null where they are too long (systemd's Journal Export Formats).
final class JournalJSON {
  /// Texts without their escapes, valid until the next entry.
  private let texts = TextStorage(capacity: 4096)

  /// Whether a source begins with an object that has a line for each member.
  static func isPrettyStart(_ start: Bytes) -> Bool {
    var cursor = ByteCursor(start)
    guard cursor.take(0x7B) else { return false }
    _ = cursor.take(0x0D)
    guard cursor.take(0x0A) else { return false }
    cursor.skipSpaces()
    return cursor.take("\"_") || cursor.take("\"MESSAGE") || cursor.take("\"PRIORITY") || cursor.take("\"SYSLOG_")
  }

  func read(_ line: Bytes, _ fact: Fact) -> HeadResult? {
    var cursor = ByteCursor(line)
    // The marks of `json-seq` (RFC 7464) and `json-sse`.
    if !cursor.take(0x1E) { _ = cursor.take("data: ") }
    JSONScan.skipSpace(&cursor)
    guard cursor.take(0x7B) else { return nil }
    texts.removeAll(reserving: line.count)
    var fields = JournalFields()
    JSONScan.skipSpace(&cursor)
    if !cursor.take(0x7D) {
      repeat {
        guard takeMember(&cursor, &fields) else { return nil }
        JSONScan.skipSpace(&cursor)
      } while cursor.take(0x2C)
      guard cursor.take(0x7D) else { return nil }
    }
    JSONScan.skipSpace(&cursor)
    guard cursor.isAtEnd else { return nil }
    return fields.fill(fact)
  }

  private func takeMember(_ cursor: inout ByteCursor, _ fields: inout JournalFields) -> Bool {
    JSONScan.skipSpace(&cursor)
    guard let name = JSONScan.takeRawString(&cursor) else { return false }
    JSONScan.skipSpace(&cursor)
    guard cursor.take(0x3A) else { return false }
    JSONScan.skipSpace(&cursor)
    guard JournalFields.isWanted(name.text) else { return JSONScan.skipValue(&cursor, depth: 0) }
    switch takeValue(&cursor, depth: 0) {
    case .text(let text): fields.set(name.text, text)
    case .nothing: break
    case .malformed: return false
    }
    return true
  }

  private enum Value {
    case text(Bytes)
    case nothing
    case malformed
  }

  private func takeValue(_ cursor: inout ByteCursor, depth: Int) -> Value {
    switch cursor.peek {
    case 0x22:
      guard let raw = JSONScan.takeRawString(&cursor) else { return .malformed }
      if !raw.hasEscapes { return .text(raw.text) }
      let from = texts.count
      return JSONScan.unescape(raw.text, into: texts) ? .text(texts.bytes(from: from)) : .malformed
    case 0x5B:
      return takeArray(&cursor, depth: depth)
    case .some(0x30...0x39), .some(0x2D):
      let number = cursor.take { $0.isDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x2B || $0 | 0x20 == 0x65 }
      return .text(number)
    default:
      return JSONScan.skipValue(&cursor, depth: depth) ? .nothing : .malformed
    }
  }

  /// The bytes of `[104,105]`, or the first value of `["a","b"]`.
  private func takeArray(_ cursor: inout ByteCursor, depth: Int) -> Value {
    guard depth < Limits.nesting, cursor.take(0x5B) else { return .malformed }
    JSONScan.skipSpace(&cursor)
    if cursor.take(0x5D) { return .nothing }
    let from = texts.count
    var first: Bytes?
    let isBytes = cursor.peek.map(\.isDigit) ?? false
    repeat {
      JSONScan.skipSpace(&cursor)
      if isBytes {
        guard let byte = cursor.takeInteger(), byte < 256 else { return .malformed }
        texts.append(UInt8(byte))
      } else if first == nil {
        switch takeValue(&cursor, depth: depth + 1) {
        case .text(let text): first = text
        case .nothing: break
        case .malformed: return .malformed
        }
      } else {
        guard JSONScan.skipValue(&cursor, depth: depth + 1) else { return .malformed }
      }
      JSONScan.skipSpace(&cursor)
    } while cursor.take(0x2C)
    guard cursor.take(0x5D) else { return .malformed }
    if isBytes { return .text(texts.bytes(from: from)) }
    return first.map { .text($0) } ?? .nothing
  }
}
