import Bytes
import Facts

/// The heads of one source's lines, whichever format each has.
final class LineHeads {
  let clock: LineClock
  private let journal = JournalJSON()
  private let scratch = Fact()

  init(options: LogOptions) {
    clock = LineClock(zone: options.timeZone, anchor: options.anchor, year: options.year)
  }

  /// Reads the head of a line as one format; nil if it does not have it. The fact may have been changed even then.
  @inline(__always)
  func read(_ format: LogFormat, _ line: Bytes, _ fact: Fact) -> HeadResult? {
    switch format {
    case .syslogRFC3164: SyslogHead.traditional(line, clock, fact)
    case .syslogRFC3339: SyslogHead.dated(line, clock, fact)
    case .syslogRFC5424: StructuredSyslog.read(line, clock, fact)
    case .rspamd: RspamdHead.read(line, clock, fact)
    case .journalJSON, .journalJSONPretty: journal.read(line, fact)
    case .journalExport: JournalExport.read(line, fact)
    }
  }

  /// Whether a line has the head of a format.
  func matches(_ format: LogFormat, _ line: Bytes) -> Bool {
    read(format, line.last == 0x0D ? line.dropLast() : line, scratch) != nil
  }
}
