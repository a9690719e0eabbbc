import Bytes
import TestSupport
import Testing

@testable import Messages

@Suite("Received fields")
struct ReceivedTests {
  private static func show(_ value: Bytes) -> String {
    let received = ReceivedParser.parse(value)
    var parts: [String] = []
    func add(_ name: String, _ bytes: [UInt8]?) {
      if let bytes { parts.append(name + "=" + String(decoding: bytes, as: UTF8.self)) }
    }
    add("from", received.from)
    add("name", received.clientName)
    add("address", received.clientAddress)
    add("helo", received.helo)
    add("by", received.by)
    add("with", received.protocol)
    add("id", received.id)
    add("for", received.recipient)
    add("sender", received.sender)
    if let time = received.time { parts.append("at=" + time.rfc3339) }
    return parts.joined(separator: " ")
  }

  static let fields: [(software: String, value: String, expected: String)] = [
    (
      "Postfix",
      "from mail.acme.example (host1.acme.example [198.51.100.10]) (using TLSv1.3 with cipher "
        + "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by "
        + "mx1.example.net (Postfix) with ESMTPS id 4jB60716T8zC45D for <alice@example.net>; "
        + "Fri, 23 Oct 2026 17:10:31 +0200 (CEST)",
      "from=mail.acme.example name=host1.acme.example address=198.51.100.10 helo=mail.acme.example "
        + "by=mx1.example.net with=ESMTPS id=4jB60716T8zC45D for=alice@example.net at=2026-10-23T15:10:31Z"
    ),
    (
      "Postfix, no name",
      "from [10.0.0.5] (unknown [IPv6:2001:db8::5]) by mx1.example.net (Postfix) with ESMTPSA id 1A2B3C; "
        + "Fri, 23 Oct 2026 17:10:31 +0200",
      "from=[10.0.0.5] address=2001:db8::5 helo=[10.0.0.5] by=mx1.example.net with=ESMTPSA id=1A2B3C "
        + "at=2026-10-23T15:10:31Z"
    ),
    (
      "Postfix, pickup",
      "by jlooney.jinny.ie (Postfix, from userid 500) id 4F57189D; Thu, 22 Aug 2002 16:25:45 +0100 (IST)",
      "by=jlooney.jinny.ie id=4F57189D at=2002-08-22T15:25:45Z"
    ),
    (
      "Dovecot",
      "from store.example.net by store.example.net with LMTP id GN5vAwLZ22qyAQAA67P+gg (envelope-from <>) "
        + "for <bob@example.net>; Sat, 24 Oct 2026 00:00:34 +0200",
      "from=store.example.net helo=store.example.net by=store.example.net with=LMTP id=GN5vAwLZ22qyAQAA67P+gg "
        + "for=bob@example.net sender= at=2026-10-23T22:00:34Z"
    ),
    (
      "amavis",
      "from mx1.example.net ([127.0.0.1]) by localhost (mx1.example.net [127.0.0.1]) (amavisd-new, port 10024) "
        + "with LMTP id 70060-03 for <a@example.net>; Tue, 10 May 2005 17:26:49 +0000 (GMT)",
      "from=mx1.example.net address=127.0.0.1 helo=mx1.example.net by=localhost with=LMTP id=70060-03 "
        + "for=a@example.net at=2005-05-10T17:26:49Z"
    ),
    (
      "Exim",
      "from smtp.cedar.example ([2001:db8:b::40]) by mx1.alder.example with esmtps  (TLS1.3) tls "
        + "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <\"odd local, part\"@danube.example>) "
        + "id 1vvWLq-00004q-2U for alice@alder.example; Thu, 26 Feb 2026 08:36:11 +0000",
      "from=smtp.cedar.example address=2001:db8:b::40 helo=smtp.cedar.example by=mx1.alder.example with=esmtps "
        + "id=1vvWLq-00004q-2U for=alice@alder.example sender=\"odd local, part\"@danube.example "
        + "at=2026-02-26T08:36:11Z"
    ),
    (
      "Exim, other HELO",
      "from www.ctyme.com ([209.237.228.10] helo=darwin.ctyme.com) by list1.example.net with esmtp "
        + "(Exim 3.31 #1 (Debian)) id 17htfa-0006Zq-00 for <l@example.net>; Thu, 22 Aug 2002 08:15:37 -0700",
      "from=www.ctyme.com name=www.ctyme.com address=209.237.228.10 helo=darwin.ctyme.com by=list1.example.net "
        + "with=esmtp id=17htfa-0006Zq-00 for=l@example.net at=2002-08-22T15:15:37Z"
    ),
    (
      "Exim, no name",
      "from [203.0.113.7] (port=39047 helo=box) by mail.example.net with esmtp id 1Mp3wA-0007kA-Ic; "
        + "Sat, 19 Sep 2009 21:41:30 +0400",
      "from=[203.0.113.7] address=203.0.113.7 helo=box by=mail.example.net with=esmtp id=1Mp3wA-0007kA-Ic "
        + "at=2009-09-19T17:41:30Z"
    ),
    (
      "Exim, local",
      "from alice by mx1.alder.example with local (Exim 4.96) (envelope-from <alice@mx1.alder.example>) "
        + "id 1vve0Y-0000S8-1C for bob@alder.example; Thu, 26 Feb 2026 16:14:34 +0000",
      "from=alice by=mx1.alder.example with=local id=1vve0Y-0000S8-1C for=bob@alder.example "
        + "sender=alice@mx1.alder.example at=2026-02-26T16:14:34Z"
    ),
    (
      "Sendmail",
      "from liar.danube.example (root@mua.danube.example [198.51.100.71] (may be forged)) by mail.birch.example "
        + "(8.17.1.9/8.17.1.9/Debian-2+deb12u2) with ESMTPS id 61Q9HGmc000768 (version=TLSv1.3 cipher=X bits=256 "
        + "verify=NO) for <ivan@birch.example>; Thu, 26 Feb 2026 09:17:17 GMT",
      "from=liar.danube.example name=mua.danube.example address=198.51.100.71 helo=liar.danube.example "
        + "by=mail.birch.example with=ESMTPS id=61Q9HGmc000768 for=ivan@birch.example at=2026-02-26T09:17:17Z"
    ),
    (
      "Sendmail, submitted",
      "(from ivan@localhost) by mail.birch.example (8.17.1.9/8.17.1.9/Submit) id 61QGEaTl001209 for "
        + "mixed@birch.example; Thu, 26 Feb 2026 16:14:36 GMT",
      "by=mail.birch.example id=61QGEaTl001209 for=mixed@birch.example at=2026-02-26T16:14:36Z"
    ),
    (
      "OpenSMTPD",
      "from localhost (osm.lab [local]) by osm.lab (OpenSMTPD) with ESMTPA id 2f70aea0 for <pete@cedar.example>; "
        + "Thu, 26 Feb 2026 16:14:40 +0000 (UTC)",
      "from=localhost name=osm.lab helo=localhost by=osm.lab with=ESMTPA id=2f70aea0 for=pete@cedar.example "
        + "at=2026-02-26T16:14:40Z"
    ),
    (
      "Courier",
      "from mua.danube.example (mua.danube.example [::ffff:198.51.100.10]) (AUTH: LOGIN uma, TLS: TLS1.3,256bits) "
        + "by mail.holly.example with ESMTPSA id 000000000011490A.000000006B048AC4.000001BF; "
        + "Tue, 14 Apr 2026 07:30:26 +0000",
      "from=mua.danube.example name=mua.danube.example address=198.51.100.10 helo=mua.danube.example "
        + "by=mail.holly.example with=ESMTPSA id=000000000011490A.000000006B048AC4.000001BF at=2026-04-14T07:30:26Z"
    ),
    (
      "qmail",
      "from unknown (HELO etcsmtp.example.com) (121.14.7.230) by 106.186.124.194 with SMTP; 14 Jul 2014 12:01:03 -0000",
      "from=unknown address=121.14.7.230 helo=etcsmtp.example.com by=106.186.124.194 with=SMTP "
        + "at=2014-07-14T12:01:03Z"
    ),
    (
      "qmail, invoked", "(qmail 85589 invoked by uid 60001); 7 Feb 2010 22:02:38 -0000", "at=2010-02-07T22:02:38Z"
    ),
    (
      "Exchange",
      "from AS8PR02MB6934.prod.outlook.com (2603:10a6:20b:2e5::10) by AM6PR0202MB3477.prod.outlook.com "
        + "(2603:10a6:209:20::17) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES) id "
        + "15.20.4755.14 via Frontend Transport; Sun, 5 Dec 2021 13:12:03 +0000",
      "from=AS8PR02MB6934.prod.outlook.com address=2603:10a6:20b:2e5::10 helo=AS8PR02MB6934.prod.outlook.com "
        + "by=AM6PR0202MB3477.prod.outlook.com with=Microsoft SMTP Server id=15.20.4755.14 at=2021-12-05T13:12:03Z"
    ),
    (
      "IIS",
      "from corp.example.com ([192.168.110.228]) by mscnx06p.example.com with Microsoft SMTPSVC(5.0.2195.2966); "
        + "Tue, 13 Nov 2001 21:07:21 -0600",
      "from=corp.example.com address=192.168.110.228 helo=corp.example.com by=mscnx06p.example.com "
        + "with=Microsoft SMTPSVC at=2001-11-14T03:07:21Z"
    ),
    (
      "Google",
      "from mail-pv0-f176.google.com (mail-pv0-f176.google.com. [74.125.83.176]) by mx.google.com with ESMTPS id "
        + "m3si17979903icx.4.2011.06.17.13.24.16 for <a@gmail.com> (version=TLSv1/SSLv3 cipher=OTHER); "
        + "Fri, 17 Jun 2011 13:24:16 -0700 (PDT)",
      "from=mail-pv0-f176.google.com name=mail-pv0-f176.google.com address=74.125.83.176 "
        + "helo=mail-pv0-f176.google.com by=mx.google.com with=ESMTPS id=m3si17979903icx.4.2011.06.17.13.24.16 "
        + "for=a@gmail.com at=2011-06-17T20:24:16Z"
    ),
    (
      "Google, inside",
      "by 10.231.77.161 with SMTP id g33csp198901ibk; Sat, 30 Jun 2012 06:06:01 -0700 (PDT)",
      "by=10.231.77.161 with=SMTP id=g33csp198901ibk at=2012-06-30T13:06:01Z"
    ),
    (
      "fetchmail",
      "from phobos [127.0.0.1] by localhost with IMAP (fetchmail-5.9.0) for zzzz@localhost (single-drop); "
        + "Thu, 22 Aug 2002 16:27:24 +0100 (IST)",
      "from=phobos address=127.0.0.1 helo=phobos by=localhost with=IMAP for=zzzz@localhost at=2002-08-22T15:27:24Z"
    ),
    (
      "Cyrus",
      "from murder ([unix socket]) by i.example.net (Cyrus v2.2.12) with LMTPA; Thu, 03 Dec 2009 10:50:45 -0800",
      "from=murder helo=murder by=i.example.net with=LMTPA at=2009-12-03T18:50:45Z"
    ),
    (
      "qmail-scanner, two by",
      "from a@b.example by churchill by uid 64011 with qmail-scanner-1.22  (clamdscan: 0.75-1. "
        + "Clear:RC:0(222.47.112.31):.  Processed in 1.16 secs); 07 Nov 2004 21:30:59 -0000",
      "from=a@b.example helo=a@b.example by=churchill with=qmail-scanner-1.22 at=2004-11-07T21:30:59Z"
    ),
  ]

  @Test("each software's form is read", arguments: fields.map { [$0.software, $0.value, $0.expected] })
  func reads(field: [String]) {
    #expect(field[1].withBytes { ReceivedTests.show($0) } == field[2], "\(field[0])")
  }

  @Test("a field that is cut loses its time, and other values at its end, but changes none")
  func readsTruncations() {
    for field in ReceivedTests.fields {
      field.value.withBytes { whole in
        let full = ReceivedParser.parse(whole)
        for end in 0..<whole.count {
          let cut = ReceivedParser.parse(whole.prefix(end))
          if let time = cut.time { #expect(time == full.time, "\(field.software) cut at \(end)") }
          #expect((full.by ?? []).starts(with: cut.by ?? []), "\(field.software) cut at \(end)")
          #expect((full.id ?? []).starts(with: cut.id ?? []), "\(field.software) cut at \(end)")
          #expect((full.recipient ?? []).starts(with: cut.recipient ?? []), "\(field.software) cut at \(end)")
        }
      }
    }
  }

  @Test("a million parentheses do no harm")
  func survivesNesting() {
    let value = "from a (" + String(repeating: "(", count: 1_000_000) + " by b; Thu, 26 Feb 2026 16:14:40 +0000"
    #expect(value.withBytes { ReceivedTests.show($0) } == "from=a helo=a")
  }

  @Test(
    "long runs of openings take no long time",
    arguments: ["\\\"", "\"", "< ", "<\"", "(", ") (", "[", "from ", "; ", "\\", "<a\\\"> "])
  func staysLinear(piece: String) {
    for prefix in ["", "from x ", "for <", "\"", "x <"] {
      (prefix + String(repeating: piece, count: 300_000 / piece.utf8.count)).withBytes { bytes in
        _ = ReceivedTests.show(bytes)
        _ = Address.list(bytes)
        _ = MailDate.parse(bytes)
        _ = MailboxSeparator(bytes)
      }
    }
  }

  @Test("damaged fields never crash it")
  func survivesDamage() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let alphabet = Array("()<>[]\"\\;:,.@ \t\r\nfrombywithidfor0123ab\u{0}é".utf8)
    for _ in 0..<20_000 {
      var bytes = Array(ReceivedTests.fields.randomElement(using: &random)!.value.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = alphabet.randomElement(using: &random)!
      }
      _ = bytes.withBytes { ReceivedTests.show($0) }
    }
  }
}
