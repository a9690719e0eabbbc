import Analysis
import Bytes
import Facts
import Reports
import Testing

struct TrafficTextTests {
  private func screen(_ report: TrafficReport, width: Int = 100, color: Bool = false) -> String {
    var out = ByteWriter()
    TrafficText(width: width, color: color, zone: TrafficSample.zone).write(report, to: &out)
    return out.string
  }

  @Test("the report of a day is one screen after the other that fits into a ticket")
  func day() {
    #expect(
      screen(TrafficSample.day) == #"""
        Mail traffic
        from   2026-10-24 00:00:00 +02:00
        until  2026-10-25 00:00:00 +02:00
        zone   Europe/Berlin
        hosts  mx1, mx2

        ledger accepted 1,502 = delivered 1,470 + relayed 31, remainder 1. Beside them, 5 were expanded into
               others.

        Totals
        Messages are the truth: received counts messages, all else recipients, each once. Events are log
        lines, counted as pflogsumm does.
                             messages    events  notifications
          received              1,500     3,000              2
          delivered             1,470     2,991              2
          relayed                  31                        0
          forwarded                           0
          bounced                   0         0              0
          deferred                  0         4              0
          deferrals                           9
          rejected                 20        20              0
          reject warnings                     0
          discarded                 0         0              0
          held                      0         0              0
          expired                   0         0              0
          quarantined               0                        0
          expanded                  0                        0
          unknown                   0                        0
          bytes received     11.8 MiB  23.5 MiB
          bytes delivered    22.4 MiB  44.7 MiB
          senders                           410
          sending domains                   120
          recipients                        620
          recipient domains                  33
          connections                     1,300
          connections lost                   12

        Per hour
          hour   received  delivered  relayed  rejected  deferrals
          00:00         0          0        0         0          0
          01:00         0          0        0         0          0
          02:00     1,200      1,190       31         0          9  ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪
          03:00         0          0        0         0          0
          04:00         0          0        0         0          0
          05:00         0          0        0         0          0
          06:00         0          0        0         0          0
          07:00         0          0        0         0          0
          08:00         0          0        0         0          0
          09:00       300        280        0        20          0  ▪▪▪▪▪
          10:00         0          0        0         0          0
          11:00         0          0        0         0          0
          12:00         0          0        0         0          0
          13:00         0          0        0         0          0
          14:00         0          0        0         0          0
          15:00         0          0        0         0          0
          16:00         0          0        0         0          0
          17:00         0          0        0         0          0
          18:00         0          0        0         0          0
          19:00         0          0        0         0          0
          20:00         0          0        0         0          0
          21:00         0          0        0         0          0
          22:00         0          0        0         0          0
          23:00         0          0        0         0          0

        Senders by messages
          sender                                   messages      size
          =cmd|' /C calc'!A0@example.org              1,200  8.58 MiB
          \x1b[31m<script>\u{202e}x|y@example.net       300   586 KiB

        Senders by size
          sender                                   messages      size
          =cmd|' /C calc'!A0@example.org              1,200  8.58 MiB
          \x1b[31m<script>\u{202e}x|y@example.net       300   586 KiB

        Recipient domains
          domain       sent lines      size  deferrals  bounced  avg delay  max delay
          example.org       1,400  19.1 MiB          9        1     1.25 s   4 m 12 s

        Relays
          relay        sent lines      size  deferrals  bounced  avg delay  max delay
          example.org       1,400  19.1 MiB          9        1     1.25 s   4 m 12 s

        Clients
          client  messages
          \xffA          7

        Deferrals
          reason                                   count  code  status  example
          450 4.2.0 <…>: Greylisted for # seconds      9  450   4.2.0   4bYx2k1PvLz3w

        Refusals
          reason               count  code  status
          Relay access denied     20  554   5.7.1

        Delays
                          count     p50     p90     p95       p99   maximum
          arrival to end  1,501  0.25 s  4.20 s  31.5 s  4 m 12 s  2 h 05 m
          before queue    1,500  0.01 s  0.02 s  0.03 s    0.04 s    0.05 s

        Sizes
                             count    p50       p90       p95       p99   maximum
          received messages  1,500  998 B  1.23 KiB  12.6 KiB  1.00 MiB  23.8 MiB

        Ledger by host and day
          day         host  accepted  delivered  relayed  remainder
          2026-10-24  mx1      1,502      1,470       31          1

        Messages whose recipients do not add up
          message
          mx1/4bYx2k1PvLz3w

        1 line was not recognized; `mailflow unrecognized` lists their kinds.

        """#)
  }

  @Test("days stand in a table of their own, hours are summed over them")
  func days() {
    let text = screen(TrafficSample.twoDays)
    #expect(text.contains("\nPer day\n  day         received  delivered"))
    #expect(text.contains("\n  2026-10-25         3          0"))
    #expect(text.contains("\nPer hour of the day\nSums over 2 days.\n"))
    #expect(text.contains("\n  02:00     1,203      1,190"))
  }

  @Test("an empty period has its totals, its hours, and closed books")
  func empty() {
    let text = screen(TrafficSample.empty)
    #expect(text.contains("hosts  none\n\nledger accepted 0 = 0, remainder 0.\n"))
    #expect(text.contains("\n  23:00         0          0\n"))
    #expect(!text.contains("Senders by") && !text.contains("Delays") && !text.contains("recognized"))
  }

  @Test("columns that have no room stand below, with the names again")
  func narrow() {
    let text = screen(TrafficSample.day, width: 60)
    #expect(text.contains("\n  domain        avg delay  max delay\n") || text.contains("max delay\n  example.org"))
  }

  @Test("columns that lack a little room stand closer")
  func close() {
    var report = TrafficSample.day
    for outcome in [Outcome.bounced, .deferred, .discarded, .held, .expired] { report.hourly[0].messages[outcome] = 1 }
    let head = "  hour  received delivered relayed bounced deferred rejected discarded held expired deferrals"
    let lines = screen(report).split(separator: "\n")
    #expect(lines.contains(Substring(head)))
    #expect(lines.filter { $0.hasPrefix("  hour ") }.count == 1)
    #expect(lines.allSatisfy { Escaping.width(String($0)) <= 100 })
  }

  @Test("only a terminal gets colours")
  func color() {
    #expect(screen(TrafficSample.day, color: true).hasPrefix("\u{1b}[1mMail traffic\u{1b}[0m\n"))
    #expect(!screen(TrafficSample.day).contains("\u{1b}"))
  }
}
