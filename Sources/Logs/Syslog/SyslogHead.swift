import Bytes
import Facts

/// What the head of a line turned out to be.
enum HeadResult {
  /// The fact's time, host, program, pid and text are set.
  case message
  /// A line of the logging system itself, which says nothing: `-- MARK --`; time and host are set.
  case mark
  /// `last message repeated N times`: time and host are set, and the fact's count.
  case repetition
}

/// Heads of syslog lines as files have them: a stamp, a host, a tag.
enum SyslogHead {
  /// `<22>` in front of a line (RFC 5424 §6.2.1), as it was on the wire: how many bytes it takes, or 0.
  @inline(__always)
  static func priorityLength(_ line: Bytes) -> Int {
    guard line.first == 0x3C else { return 0 }
    var i = 1
    while i < min(line.count, 4), line.start[i].isDigit { i += 1 }
    return i > 1 && i < line.count && line.start[i] == 0x3E ? i + 1 : 0
  }

  /// `Jan  5 00:00:16 mx1 postfix/smtpd[812]: text`, perhaps with `<22>` in front.
  @inline(__always)
  static func traditional(_ line: Bytes, _ clock: LineClock, _ fact: Fact) -> HeadResult? {
    let line = line.dropFirst(priorityLength(line))
    guard let stamp = clock.traditional(line) else { return nil }
    fact.time = stamp.time
    return afterStamp(line, stamp.length, fact, needsProcess: false)
  }

  /// `2026-01-05T00:00:16.123456+01:00 mx1 postfix/smtpd[812]: text`, perhaps with `<22>` in front.
  @inline(__always)
  static func dated(_ line: Bytes, _ clock: LineClock, _ fact: Fact) -> HeadResult? {
    let line = line.dropFirst(priorityLength(line))
    guard let stamp = clock.dated(line) else { return nil }
    fact.time = stamp.time
    // Exim and others begin their lines with a date, a space and a time too: then only a process id proves a tag.
    let isPlain = line.start[10] == 0x20 && !hasOffset(line, stamp.length)
    return afterStamp(line, stamp.length, fact, needsProcess: isPlain)
  }

  /// Whether a stamp of this length ends with an offset from UTC that is not set apart.
  private static func hasOffset(_ line: Bytes, _ length: Int) -> Bool {
    var i = 19
    while i < length, line.start[i] != 0x20 {
      if line.start[i] == 0x2B || line.start[i] == 0x2D || line.start[i] | 0x20 == 0x7A { return true }
      i += 1
    }
    return false
  }

  @inline(__always)
  private static func afterStamp(_ line: Bytes, _ length: Int, _ fact: Fact, needsProcess: Bool) -> HeadResult? {
    let p = line.start
    guard length < line.count, p[length] == 0x20 else { return nil }
    let from = length + 1
    guard let space = line.prefix(from + Limits.hostBytes + 1).firstIndex(from: from, of: { $0.equal(to: 0x20) }),
      space > from
    else { return nil }
    // Without a host the tag comes at once. A host has no colon at its end, nor brackets.
    let hasHost = p[space - 1] != 0x3A
    fact.host = hasHost ? line[from..<space] : .empty
    let tag = SyslogTag.read(line, from: hasHost ? space + 1 : from, into: fact)
    if tag.found && (tag.hasProcess || !needsProcess) { return .message }
    guard hasHost && !needsProcess else { return nil }
    return withSeverity(line, from, space, fact) ?? untagged(line.dropFirst(space + 1), fact)
  }

  /// Some syslog daemons tell facility and severity: `<mail.info> mx1 postfix/smtpd[812]: ` (FreeBSD), `mx1 mail.info
  /// postfix/smtpd[812]: ` (BusyBox), `mx1 mail:info postfix/smtpd[812]: ` (AIX).
  @inline(never)
  private static func withSeverity(_ line: Bytes, _ from: Int, _ space: Int, _ fact: Fact) -> HeadResult? {
    guard let next = line.prefix(space + Limits.hostBytes + 2).firstIndex(of: 0x20, from: space + 1), next > space + 1
    else { return nil }
    let (first, second) = (line[from..<space], line[space + 1..<next])
    if first.first == 0x3C && first.last == 0x3E {
      fact.host = second
    } else if !isSeverity(second) {
      return nil
    }
    return SyslogTag.read(line, from: next + 1, into: fact).found ? .message : nil
  }

  /// `mail.info`, `mail:info`
  private static func isSeverity(_ word: Bytes) -> Bool {
    guard let sign = word.firstIndex(of: { $0.equal(to: 0x2E) | $0.equal(to: 0x3A) }), sign > 0 else { return false }
    let severity = word.dropFirst(sign + 1)
    return severities.contains { severity == $0 }
  }

  private static let severities: [StaticString] = [
    "emerg", "alert", "crit", "err", "error", "warn", "warning", "notice", "info", "debug",
  ]

  /// The few lines of syslog daemons that have no tag.
  @inline(never)
  private static func untagged(_ text: Bytes, _ fact: Fact) -> HeadResult? {
    if text.hasPrefix("-- MARK --") { return .mark }
    guard let count = RepeatedMessage.lastCount(text) else { return nil }
    fact.count = count
    return .repetition
  }
}
