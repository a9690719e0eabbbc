/// What a fact is about.
public enum Event: UInt8, CaseIterable, Sendable {
  /// A client connected.
  case connect
  /// A session ended: by QUIT, by a lost connection or a time-out (`reason`).
  case disconnect
  /// A client named itself.
  case helo
  /// TLS was established.
  case tls
  /// A client proved who it is, or failed to (`result`).
  case auth
  /// A command or a message was refused; without a queue id no hop exists. `action` tells what was done where it was less than a refusal: `warn`.
  case reject
  /// A host took custody of a message: an SMTP transaction began (`client`), or a local user submitted (`user`).
  case accept
  /// The Message-ID of a queued message.
  case messageID
  /// The queue manager has the message: sender, size, number of recipients.
  case queued
  /// An attempt to hand one recipient to a relay.
  case delivery
  /// The message was in the queue for too long.
  case expired
  /// The message left the queue.
  case removed
  /// The message was put on hold.
  case held
  /// The message was taken from hold, or queued again.
  case released
  /// The message was taken and thrown away.
  case discarded
  /// The message was sent to other recipients than those of its envelope, or to a filter.
  case redirected
  /// A delivery status notification was made (`next_queue_id`); `reason` is its kind.
  case bounceSent
  /// A filter's verdict.
  case filter
  /// A DKIM signature was checked or added.
  case dkim
  case spf
  case dmarc
  case arc
  /// A DNS list knows the client.
  case dnsbl
  /// A recipient was put off for now, or let pass, by greylisting.
  case greylist
  /// What a mailbox did with the message: stored in a folder, discarded, forwarded by a script.
  case mailbox
  case warning
  /// An error of the software itself: fatal, panic.
  case error
  /// A program started, stopped, or was reconfigured.
  case lifecycle
  case other

  /// The name in `mailflow parse` and in the store.
  public var name: StaticString {
    switch self {
    case .connect: "connect"
    case .disconnect: "disconnect"
    case .helo: "helo"
    case .tls: "tls"
    case .auth: "auth"
    case .reject: "reject"
    case .accept: "accept"
    case .messageID: "message_id"
    case .queued: "queued"
    case .delivery: "delivery"
    case .expired: "expired"
    case .removed: "removed"
    case .held: "held"
    case .released: "released"
    case .discarded: "discarded"
    case .redirected: "redirected"
    case .bounceSent: "bounce_sent"
    case .filter: "filter"
    case .dkim: "dkim"
    case .spf: "spf"
    case .dmarc: "dmarc"
    case .arc: "arc"
    case .dnsbl: "dnsbl"
    case .greylist: "greylist"
    case .mailbox: "mailbox"
    case .warning: "warning"
    case .error: "error"
    case .lifecycle: "lifecycle"
    case .other: "other"
    }
  }
}
