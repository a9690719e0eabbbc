import Bytes
import Testing

@testable import Messages

@Suite("Dates of mail")
struct MailDateTests {
  @Test(
    "dates are read with all their zones",
    arguments: [
      ("Fri, 23 Oct 2026 17:10:38 +0200", "2026-10-23T15:10:38Z"),
      ("Fri, 23 Oct 2026 17:10:38 +0200 (CEST)", "2026-10-23T15:10:38Z"),
      ("23 Oct 2026 17:10 -0000", "2026-10-23T17:10:00Z"),
      ("Fri , 23 Oct 2026 17:10:38 GMT", "2026-10-23T17:10:38Z"),
      ("fri, 3 oct 99 07:10:38 pst", "1999-10-03T15:10:38Z"),
      ("Thu, 1 Jan 04 00:00:00 EDT", "2004-01-01T04:00:00Z"),
      ("Mon, 1 Jul 126 00:00:00 Z", "2026-07-01T00:00:00Z"),
      ("Fri, (a (nested) comment) 23 Oct (x) 2026 (y) 17:10:38 (z) +0530", "2026-10-23T11:40:38Z"),
      ("Mon Jan  2 15:04:05 2006 -0700", "2006-01-02T22:04:05Z"),
      ("Mon Jan  2 15:04:05 MST 2006", "2006-01-02T22:04:05Z"),
      ("Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"),
      ("Thu, 29 Feb 2024 12:00:00 +0000", "2024-02-29T12:00:00Z"),
    ])
  func reads(text: String, expected: String) {
    #expect(text.withBytes { MailDate.parse($0)?.rfc3339 } == expected)
  }

  @Test(
    "what is no moment is refused",
    arguments: [
      "", "Fri", "Fri, 23 Oct 2026 17:10:38", "Fri, 23 Oct 2026 17:10:38 +02", "Fri, 23 Oct 2026 17:10:38 A",
      "Fri, 23 Oct 2026 25:10:38 +0200", "Thu, 29 Feb 2023 12:00:00 +0000", "Fri, 32 Oct 2026 17:10:38 +0200",
      "Fri, 23 Xxx 2026 17:10:38 +0200", "Fri, 23 Oct 20266 17:10:38 +0200", "Fri, 23 Oct 2026 17:10:38 +0260",
      "soon", "Fri, 23 Oct 2026 17:10:38 NZST",
    ])
  func refuses(text: String) {
    #expect(text.withBytes { MailDate.parse($0) } == nil)
  }

  @Test("a date that is cut is the same date or none")
  func readsTruncations() {
    for text in ["Fri, 23 Oct 2026 17:10:38 +0200 (CEST)", "3 Oct 99 07:10:38 PST", "Mon Jan  2 15:04:05 MST 2006"] {
      text.withBytes { whole in
        let full = MailDate.parse(whole)
        for end in 0..<whole.count {
          let cut = MailDate.parse(whole.prefix(end))
          #expect(cut == nil || cut == full, "\(text) cut at \(end)")
        }
      }
    }
  }
}
