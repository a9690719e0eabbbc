import Analysis
import Bytes
import Facts

/// A report made by hand: a day with a little of everything, and names that nobody should trust.
enum TrafficSample {
  /// 2026-10-24 00:00:00 +02:00.
  static let midnight = Timestamp(seconds: CivilTime(year: 2026, month: 10, day: 23, hour: 22).secondsSince1970)
  static let zone = TimeZone(name: "Europe/Berlin", offset: 7200)

  static func text(_ string: String) -> [UInt8] { Array(string.utf8) }

  static var empty: TrafficReport {
    TrafficReport(since: midnight, until: midnight.advanced(bySeconds: 86400))
  }

  static var day: TrafficReport {
    var report = empty
    report.timeZone = "Europe/Berlin"
    report.hosts = [text("mx1"), text("mx2")]
    var two = PeriodRow(start: midnight.advanced(bySeconds: 7200))
    (two.messages.received, two.messages.delivered, two.messages.relayed) = (1200, 1190, 31)
    (two.events.received, two.events.delivered, two.events.deferred, two.events.deferrals) = (2400, 2411, 4, 9)
    var nine = PeriodRow(start: midnight.advanced(bySeconds: 9 * 3600))
    (nine.messages.received, nine.messages.delivered, nine.messages.rejected) = (300, 280, 20)
    (nine.events.received, nine.events.delivered, nine.events.rejected) = (600, 580, 20)
    report.hourly = [two, nine]
    var whole = PeriodRow(start: midnight)
    (whole.messages.received, whole.messages.delivered) = (1500, 1470)
    (whole.messages.relayed, whole.messages.rejected) = (31, 20)
    (whole.events.received, whole.events.delivered, whole.events.deferred) = (3000, 2991, 4)
    (whole.events.deferrals, whole.events.rejected) = (9, 20)
    report.daily = [whole]
    report.messages = whole.messages
    report.events = whole.events
    report.notifications.received = 2
    report.notifications.delivered = 2
    report.bytes = (12_345_678, 23_456_789)
    report.eventBytes = (24_691_356, 46_913_578)
    report.distinct = (410, 620, 120, 33)
    report.sessions = (1300, 12)
    report.top = top
    var reject = ReasonRow(kind: .reject, reason: text("Relay access denied"), count: 20)
    (reject.code, reject.enhancedCode) = (554, text("5.7.1"))
    var deferral = ReasonRow(kind: .deferral, reason: text("450 4.2.0 <…>: Greylisted for # seconds"), count: 9)
    (deferral.code, deferral.enhancedCode, deferral.example) = (450, text("4.2.0"), text("4bYx2k1PvLz3w"))
    report.reasons = [deferral, reject]
    report.delays = percentiles([250_000, 4_200_000, 31_500_000, 252_000_000, 7_500_000_000], count: 1501)
    report.delayParts = [("before_queue", percentiles([10_000, 20_000, 30_000, 40_000, 50_000], count: 1500))]
    report.sizes = percentiles([998, 1260, 12_900, 1_048_576, 25_000_000], count: 1500)
    report.ledger = ledger
    report.unrecognizedLines = 1
    return report
  }

  /// `day` and a day after it.
  static var twoDays: TrafficReport {
    var report = day
    report.until = midnight.advanced(bySeconds: 2 * 86400)
    var later = PeriodRow(start: midnight.advanced(bySeconds: 86400 + 7200))
    later.messages.received = 3
    later.events.received = 3
    report.hourly.append(later)
    later.start = midnight.advanced(bySeconds: 86400)
    report.daily.append(later)
    return report
  }

  private static var top: TopLists {
    var top = TopLists()
    var sender = TopRow(name: text("=cmd|' /C calc'!A0@example.org"), count: 1200)
    sender.bytes = 9_000_000
    var other = TopRow(name: text("\u{1b}[31m<script>\u{202e}x|y@example.net"), count: 300)
    other.bytes = 600_000
    top.senders = [sender, other]
    top.sendersBySize = [sender, other]
    var domain = TopRow(name: text("example.org"), count: 1400)
    (domain.bytes, domain.deferrals, domain.bounced) = (20_000_000, 9, 1)
    (domain.averageDelay, domain.maximumDelay) = (1_250_000, 252_000_000)
    top.recipientDomains = [domain]
    top.relays = [domain]
    top.clients = [TopRow(name: [0xFF, 0x41], count: 7)]
    return top
  }

  private static var ledger: Ledger {
    var ledger = Ledger()
    ledger.accepted = 1502
    (ledger.outcomes.delivered, ledger.outcomes.relayed, ledger.outcomes.expanded) = (1470, 31, 5)
    ledger.remainder = 1
    var row = Ledger.Row(host: text("mx1"), day: midnight)
    (row.accepted, row.outcomes.delivered, row.outcomes.relayed, row.remainder) = (1502, 1470, 31, 1)
    ledger.rows = [row]
    ledger.open = [text("mx1/4bYx2k1PvLz3w")]
    return ledger
  }

  private static func percentiles(_ values: [Int64], count: Int) -> Percentiles {
    var result = Percentiles()
    result.count = count
    (result.p50, result.p90, result.p95, result.p99, result.maximum) =
      (values[0], values[1], values[2], values[3], values[4])
    result.sum = values[0] * Int64(count)
    return result
  }
}
