import Bytes
import Facts

/// Lines of rspamd's own file: `2026-10-26 08:20:02 #102(rspamd_proxy) <8a1cdd>; milter; function_name: text`.
///
/// What no task or session wrote has no tag, and perhaps no module: `2026-10-26 08:20:02 #101(main) cfg; function_name: text`.
enum RspamdHead {
  /// The program is always `rspamd`, the session is the tag in angle brackets, the text begins with the module.
  static func read(_ line: Bytes, _ clock: LineClock, _ fact: Fact) -> HeadResult? {
    guard let stamp = clock.dated(line) else { return nil }
    var cursor = ByteCursor(line.dropFirst(stamp.length))
    guard cursor.take(" #"), let pid = cursor.takeInteger(), cursor.take(0x28),
      let process = cursor.take(upTo: UInt8(0x29)), process.count <= Limits.programBytes, cursor.take(0x29)
    else { return nil }
    _ = cursor.take(0x20)
    if cursor.take(0x3C) {
      guard let tag = cursor.take(upTo: UInt8(0x3E)), tag.count <= Limits.programBytes, cursor.take(0x3E) else {
        return nil
      }
      if !tag.isEmpty { fact[.session] = tag }
      guard cursor.take(0x3B) else { return nil }
      _ = cursor.take(0x20)
    } else if cursor.take(0x3B) {
      _ = cursor.take(0x20)
    }
    fact.time = stamp.time
    fact.host = .empty
    fact.program = Bytes("rspamd")
    fact.pid = pid
    fact.text = cursor.rest
    return .message
  }
}
