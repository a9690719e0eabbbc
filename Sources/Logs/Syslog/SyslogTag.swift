import Bytes
import Facts

/// What names a line's writer in the head of a syslog line (RFC 3164 §4.1.3): `postfix/smtpd[812]: `, `dovecot: `.
enum SyslogTag {
  /// Reads `name[pid]: `, `name: ` or `name[pid] ` at `index` and sets the fact's program, pid and text to it and what
  /// follows. Returns whether there is one, and whether it has brackets.
  @inline(__always)
  static func read(_ line: Bytes, from index: Int, into fact: Fact) -> (found: Bool, hasProcess: Bool) {
    let p = line.start
    let head = line.prefix(index + Limits.programBytes)
    let limit = head.count
    guard var i = head.firstIndex(from: index, of: { $0.equal(to: 0x5B) | $0.equal(to: 0x3A) | $0.equal(to: 0x20) }),
      i > index, p[i] != 0x20
    else { return (false, false) }
    let name = Bytes(start: p + index, count: i - index)
    var pid: Int64 = 0
    let hasProcess = p[i] == 0x5B
    if hasProcess {
      i += 1
      if let number = head.integer(at: i), number.end - i <= 18 {
        pid = number.value
        i = number.end
      }
      if i >= limit || p[i] != 0x5D {
        // Not a number: some write a thread or a name here.
        pid = 0
        while i < limit, p[i] != 0x5D && p[i] != 0x20 { i += 1 }
        guard i < limit, p[i] == 0x5D else { return (false, false) }
      }
      i += 1
      if i < line.count, p[i] == 0x3A { i += 1 } else if i < line.count, p[i] != 0x20 { return (false, false) }
    } else {
      i += 1
      guard i == line.count || p[i] == 0x20 else { return (false, false) }
    }
    if i < line.count, p[i] == 0x20 { i += 1 }
    if i < line.count, p[i] == 0x5B { i = behindMessageID(line, i) }
    fact.program = name
    fact.pid = pid
    fact.text = Bytes(start: p + i, count: line.count - i)
    return (true, hasProcess)
  }

  /// The index behind `[ID 197553 mail.info] `, which syslogd of Solaris puts before a text.
  @inline(never)
  private static func behindMessageID(_ line: Bytes, _ index: Int) -> Int {
    guard line.dropFirst(index).hasPrefix("[ID "), let number = line.integer(at: index + 4),
      let close = line.prefix(number.end + Limits.programBytes).firstIndex(of: 0x5D, from: number.end),
      close + 1 < line.count, line[close + 1] == 0x20
    else { return index }
    return close + 2
  }
}
