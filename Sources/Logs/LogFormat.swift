package import Bytes

/// The format of a log's line heads: what stands before the program's own text, and what ends a line.
package enum LogFormat: String, CaseIterable, Sendable {
  /// `Jan  5 00:00:16 mx1 postfix/smtpd[812]: text` (RFC 3164; rsyslog's traditional format, Postfix's own,
  /// `journalctl -o short`).
  case syslogRFC3164 = "syslog-rfc3164"
  /// `2026-01-05T00:00:16.123456+01:00 mx1 postfix/smtpd[812]: text` (rsyslog's file format,
  /// `journalctl -o short-iso`).
  case syslogRFC3339 = "syslog-rfc3339"
  /// `<22>1 2026-01-05T00:00:16.123456Z mx1 postfix/smtpd 812 - - text` (RFC 5424).
  case syslogRFC5424 = "syslog-rfc5424"
  /// `2026-01-05 00:00:16 #102(rspamd_proxy) <8a1cdd>; milter; function: text` (rspamd's own file).
  case rspamd = "rspamd"
  /// One object a line (`journalctl -o json`, `json-seq`, `json-sse`).
  case journalJSON = "journal-json"
  /// One object over several lines (`journalctl -o json-pretty`).
  case journalJSONPretty = "journal-json-pretty"
  /// Records of fields, some with their length in front (`journalctl -o export`).
  case journalExport = "journal-export"

  /// How a source of this format falls into pieces for `LogReader.read`.
  package var framing: LogFraming {
    switch self {
    case .journalExport: .journalExport
    case .journalJSONPretty: .journalObjects
    default: .lines
    }
  }

  /// The formats whose heads may mix within one source, since a logging daemon was configured anew.
  static let lineFormats: [LogFormat] = [.syslogRFC3164, .syslogRFC3339, .syslogRFC5424, .rspamd, .journalJSON]

  /// What a source's format is, told from its first bytes (`Limits.detectionBytes`); nil if it is no log that we know.
  ///
  /// At least half of the lines that are no comments (`#`) must have the head of some format: a stray stamp does not make a
  /// log of a message.
  package static func detect(_ start: Bytes) -> LogFormat? {
    let start = start.prefix(Limits.detectionBytes)
    if JournalExport.isStart(start) { return .journalExport }
    if JournalJSON.isPrettyStart(start) { return .journalJSONPretty }
    return detectLines(start)
  }

  private static func detectLines(_ start: Bytes) -> LogFormat? {
    let heads = LineHeads(options: LogOptions(anchor: Timestamp(seconds: 0)))
    var counts = [Int](repeating: 0, count: lineFormats.count)
    var lines = 0
    var cursor = ByteCursor(start)
    while lines < Limits.detectionLines, !cursor.isAtEnd {
      // What stands behind the last line feed may be cut, and counts only if it is all there is.
      guard let line = cursor.take(upTo: UInt8(0x0A)) ?? (lines == 0 ? cursor.takeRest() : nil) else { break }
      _ = cursor.take(0x0A)
      if line.trimmed.isEmpty || line.first == 0x23 { continue }
      lines += 1
      if let index = lineFormats.firstIndex(where: { heads.matches($0, line) }) { counts[index] += 1 }
    }
    guard let best = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[best] > 0,
      counts.reduce(0, +) * 2 >= lines
    else { return nil }
    return lineFormats[best]
  }
}

/// How a source falls into pieces for `LogReader.read`.
package enum LogFraming: Sendable {
  /// Lines, each ended by a line feed.
  case lines
  /// Records that `JournalRecords` finds.
  case journalExport, journalObjects
}
