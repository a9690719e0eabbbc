import Bytes
import Facts

/// Lines of RFC 5424: `<22>1 2026-01-05T00:00:16.123456Z mx1 postfix/smtpd 812 - [origin ip="192.0.2.1"] text`.
enum StructuredSyslog {
  static func read(_ line: Bytes, _ clock: LineClock, _ fact: Fact) -> HeadResult? {
    let priority = SyslogHead.priorityLength(line)
    guard priority > 0, line.count > priority + 2, line.start[priority] == 0x31, line.start[priority + 1] == 0x20 else {
      return nil
    }
    let message = line.dropFirst(priority + 2)
    // A time that is not known (`-`) makes a line worthless here.
    guard let stamp = clock.dated(message), message.count > stamp.length, message.start[10] | 0x20 == 0x74 else {
      return nil
    }
    var cursor = ByteCursor(message.dropFirst(stamp.length))
    guard cursor.take(0x20), let host = field(&cursor, Limits.hostBytes),
      let program = field(&cursor, Limits.programBytes),
      let process = field(&cursor, Limits.programBytes), field(&cursor, Limits.programBytes) != nil,
      skipStructuredData(&cursor)
    else { return nil }
    guard cursor.isAtEnd || cursor.take(0x20) else { return nil }
    _ = cursor.take("\u{FEFF}")
    fact.time = stamp.time
    fact.host = host
    fact.program = program
    fact.pid = process.integer ?? 0
    fact.text = cursor.rest
    return .message
  }

  /// A field and the space behind it; empty for `-` (RFC 5424 §6: NILVALUE).
  private static func field(_ cursor: inout ByteCursor, _ limit: Int) -> Bytes? {
    guard let bytes = cursor.take(upTo: UInt8(0x20)), !bytes.isEmpty, bytes.count <= limit, cursor.take(0x20) else {
      return nil
    }
    return bytes == "-" ? .empty : bytes
  }

  /// RFC 5424 §6.3: `-`, or elements in brackets in whose quoted values `\"`, `\\` and `\]` are escaped.
  private static func skipStructuredData(_ cursor: inout ByteCursor) -> Bool {
    if cursor.take(0x2D) { return true }
    var elements = 0
    while cursor.take(0x5B) {
      elements += 1
      var isQuoted = false
      while let byte = cursor.peek, isQuoted || byte != 0x5D {
        cursor.position += 1
        if byte == 0x22 { isQuoted.toggle() }
        if isQuoted && byte == 0x5C { _ = cursor.take(count: 1) }
      }
      guard cursor.take(0x5D) else { return false }
    }
    return elements > 0
  }
}
