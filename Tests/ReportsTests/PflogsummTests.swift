import Analysis
import Bytes
import Reports
import Testing

struct PflogsummTests {
  private func screen(_ report: TrafficReport) -> String {
    var out = ByteWriter()
    PflogsummText.write(report, zone: TrafficSample.zone, to: &out)
    return out.string
  }

  @Test("two days have pflogsumm's sections, headings, units and columns")
  func twoDays() {
    #expect(
      screen(TrafficSample.twoDays) == #"""

        Grand Totals
        ------------
        messages

           3000   received
           2991   delivered
              0   forwarded
              4   deferred  (9  deferrals)
              0   bounced
             20   rejected (0%)
              0   reject warnings
              0   held
              0   discarded (0%)

          24112k  bytes received
          45814k  bytes delivered
            410   senders
            120   sending hosts/domains
            620   recipients
             33   recipient hosts/domains


        Per-Day Traffic Summary
        -----------------------
            date          received  delivered   deferred    bounced     rejected
            --------------------------------------------------------------------
            Oct 24 2026      3000       2991          9          0         20 
            Oct 25 2026         3          0          0          0          0 

        Per-Hour Traffic Daily Average
        ------------------------------
            time          received  delivered   deferred    bounced     rejected
            --------------------------------------------------------------------
            0000-0100           0          0          0          0          0 
            0100-0200           0          0          0          0          0 
            0200-0300        1202       1206          5          0          0 
            0300-0400           0          0          0          0          0 
            0400-0500           0          0          0          0          0 
            0500-0600           0          0          0          0          0 
            0600-0700           0          0          0          0          0 
            0700-0800           0          0          0          0          0 
            0800-0900           0          0          0          0          0 
            0900-1000         300        290          0          0         10 
            1000-1100           0          0          0          0          0 
            1100-1200           0          0          0          0          0 
            1200-1300           0          0          0          0          0 
            1300-1400           0          0          0          0          0 
            1400-1500           0          0          0          0          0 
            1500-1600           0          0          0          0          0 
            1600-1700           0          0          0          0          0 
            1700-1800           0          0          0          0          0 
            1800-1900           0          0          0          0          0 
            1900-2000           0          0          0          0          0 
            2000-2100           0          0          0          0          0 
            2100-2200           0          0          0          0          0 
            2200-2300           0          0          0          0          0 
            2300-2400           0          0          0          0          0 

        Host/Domain Summary: Message Delivery 
        --------------------------------------
         sent cnt  bytes   defers   avg dly max dly host/domain
         -------- -------  -------  ------- ------- -----------
           1400    19531k       9     1.2 s    4.2 m  example.org

        Host/Domain Summary: Messages Received 
        ---------------------------------------
         msg cnt   bytes   host/domain
         -------- -------  -----------

        Senders by message count
        ------------------------
           1200   =cmd|' /C calc'!A0@example.org
            300   \x1b[31m<script>\u{202e}x|y@example.net

        Recipients by message count: none

        Senders by message size
        -----------------------
           8789k  =cmd|' /C calc'!A0@example.org
            585k  \x1b[31m<script>\u{202e}x|y@example.net

        Recipients by message size: none

        message deferral detail
        -----------------------
               9   450 4.2.0 <…>: Greylisted for # seconds

        message bounce detail (by relay): none

        message reject detail
        ---------------------
              20   Relay access denied

        message reject warning detail: none

        message hold detail: none

        message discard detail: none

        Warnings: none

        Fatal Errors: none

        Master daemon messages: none

        """#)
  }

  @Test("one day is named in the first line and has no averages")
  func oneDay() {
    let text = screen(TrafficSample.day)
    #expect(
      text.hasPrefix("Postfix log summaries for Oct 24\n\nGrand Totals\n------------\nmessages\n\n   3000   received\n")
    )
    #expect(text.contains("\nPer-Hour Traffic Summary\n") && !text.contains("Per-Day"))
    #expect(text.contains("\n    0200-0300        2400       2411          9          0          0 \n"))
  }

  @Test("figures change their unit above 512 k and 512 m, and lose what is left over")
  func units() {
    var report = TrafficSample.empty
    report.eventBytes = (524_288, 524_289)
    #expect(screen(report).contains("\n 524288   bytes received\n    512k  bytes delivered\n"))
    report.eventBytes = (536_870_912, 536_870_913)
    #expect(screen(report).contains("\n 524288k  bytes received\n    512m  bytes delivered\n"))
  }
}
