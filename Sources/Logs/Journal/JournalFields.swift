import Bytes
import Facts

/// The fields of a journal entry that say when, where and who (systemd.journal-fields(7)); of equal fields the first
/// counts.
struct JournalFields {
  private var sourceTime: Bytes?
  private var time: Bytes?
  private var host: Bytes?
  private var identifier: Bytes?
  private var command: Bytes?
  private var syslogProcess: Bytes?
  private var process: Bytes?
  private var message: Bytes?

  /// Whether a field's value is wanted.
  static func isWanted(_ name: Bytes) -> Bool {
    switch name.count {
    case 4: name == "_PID"
    case 5: name == "_COMM"
    case 7: name == "MESSAGE"
    case 9: name == "_HOSTNAME"
    case 10: name == "SYSLOG_PID"
    case 17: name == "SYSLOG_IDENTIFIER"
    case 20: name == "__REALTIME_TIMESTAMP"
    case 26: name == "_SOURCE_REALTIME_TIMESTAMP"
    default: false
    }
  }

  mutating func set(_ name: Bytes, _ value: Bytes) {
    switch name.count {
    case 4: process = process ?? value
    case 5: command = command ?? value
    case 7: message = message ?? value
    case 9: host = host ?? value
    case 10: syslogProcess = syslogProcess ?? value
    case 17: identifier = identifier ?? value
    case 20: time = time ?? value
    default: sourceTime = sourceTime ?? value
    }
  }

  /// Sets the fact's head; nil without a time.
  func fill(_ fact: Fact) -> HeadResult? {
    guard let microseconds = sourceTime?.integer ?? time?.integer else { return nil }
    fact.time = Timestamp(microseconds: microseconds)
    fact.host = host ?? .empty
    fact.program = identifier ?? command ?? .empty
    fact.pid = syslogProcess?.integer ?? process?.integer ?? 0
    fact.text = message ?? .empty
    return .message
  }
}
