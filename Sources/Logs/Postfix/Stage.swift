import Bytes

extension Postfix {
  /// The point of a session that a line speaks of, as one of `TextField.stage`'s words.
  enum Stage {
    /// The stage of a command as `smtpd(8)` and `postscreen(8)` write it: `RCPT`, `END-OF-MESSAGE`; nil for one we have
    /// no word for.
    static func ofCommand(_ word: Bytes) -> Bytes? {
      for (name, stage) in commands where word == name { return Bytes(stage) }
      return nil
    }

    /// The stage of what the SMTP client was doing: `RCPT TO command`, `sending MAIL FROM`, `receiving the initial
    /// server greeting`.
    static func ofRequest(_ words: Bytes) -> Bytes? {
      for (name, stage) in requests where words.hasPrefix(name) { return Bytes(stage) }
      return nil
    }

    private static let commands: [(StaticString, StaticString)] = [
      ("RCPT", "rcpt"), ("MAIL", "mail"), ("DATA", "data"), ("EHLO", "helo"), ("HELO", "helo"), ("CONNECT", "connect"),
      ("AUTH", "auth"), ("STARTTLS", "starttls"), ("END-OF-MESSAGE", "end-of-data"), ("END-OF-DATA", "end-of-data"),
      ("EOM", "end-of-data"), ("DATA content", "data"), ("BDAT", "data"), ("BDAT content", "data"), ("LHLO", "helo"),
      ("QUIT", "quit"), ("VRFY", "vrfy"), ("ETRN", "etrn"), ("RSET", "rset"), ("NOOP", "noop"), ("HELP", "help"),
      ("XCLIENT", "xclient"), ("XFORWARD", "xforward"), (".", "end-of-data"),
      ("TLS", "starttls"), ("connect", "connect"),
    ]

    private static let requests: [(StaticString, StaticString)] = [
      ("RCPT TO", "rcpt"), ("end of DATA", "end-of-data"), ("MAIL FROM", "mail"), ("DATA", "data"), ("EHLO", "helo"),
      ("HELO", "helo"), ("LHLO", "helo"), ("STARTTLS", "starttls"), ("AUTH", "auth"), ("XFORWARD", "xforward"),
      ("QUIT", "quit"), ("final RSET", "rset"), ("BDAT", "data"),
      ("sending RCPT TO", "rcpt"), ("sending end of data", "end-of-data"), ("sending MAIL FROM", "mail"),
      ("sending DATA", "data"), ("sending message body", "data"), ("sending XFORWARD", "xforward"),
      ("sending QUIT", "quit"), ("sending final RSET", "rset"), ("receiving the initial server greeting", "banner"),
      ("receiving the STARTTLS response", "starttls"), ("receiving the SASL", "auth"),
      ("performing the EHLO", "helo"), ("performing the HELO", "helo"), ("performing the LHLO", "helo"),
    ]
  }
}
