import Bytes
import Facts

/// Lines of `sqlgrey(1)`, which begin with their kind.
enum SQLGrey {
  /// `grey: new: 192.0.2(192.0.2.1), a@example.org -> b@example.net`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if cursor.take("grey: ") { return grey(&cursor, fact) }
    for words in ["whitelist: ", "optin: ", "perf: ", "martians: ", "mail: ", "spam: ", "system: ", "conf: "]
      as [StaticString]
    where text.hasPrefix(words) {
      return .ignored
    }
    if text.hasPrefix("dbaccess: ") {
      fact.event = .warning
      fact[.reason] = text
      return .recognized
    }
    return NetServer.read(text, fact)
  }

  private static func grey(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    let message = cursor.rest
    if cursor.take("new: ") { return attempt("greylist", because: "new", &cursor, fact) }
    if cursor.take("early reconnect: ") { return attempt("greylist", because: "early reconnect", &cursor, fact) }
    if cursor.take("throttling: ") { return attempt("greylist", because: "throttling", &cursor, fact) }
    if cursor.take("reconnect ok: ") { return attempt("pass", because: "reconnect ok", delayed: true, &cursor, fact) }
    if cursor.take("domain awl match: updating ") { return listed("domain awl match", &cursor, fact) }
    if cursor.take("from awl match: updating ") { return listed("from awl match", &cursor, fact) }
    for words in ["domain awl: ", "from awl: ", "unknown RDNS: ", "identified ", "unknown pattern: "] as [StaticString]
    where message.hasPrefix(words) {
      return .ignored
    }
    guard message.hasPrefix("error: ") || message.hasPrefix("get_reconnect_delay error: ") else { return .unrecognized }
    fact.event = .warning
    fact[.reason] = message
    return .recognized
  }

  /// `192.0.2(192.0.2.1), a@example.org -> b@example.net (00:05:43)`: the delay stands where the client came back in
  /// time.
  private static func attempt(
    _ action: StaticString, because reason: StaticString, delayed: Bool = false, _ cursor: inout ByteCursor,
    _ fact: Fact
  ) -> Recognition {
    guard takeClient(&cursor, fact), let sender = cursor.take(through: " -> ") else { return .unrecognized }
    var recipient = cursor.rest
    if delayed {
      guard let space = recipient.lastIndex(of: UInt8(ascii: " ")), recipient.last == UInt8(ascii: ")") else {
        return .unrecognized
      }
      fact[.delay] = delay(recipient[(space + 1)..<recipient.count])
      recipient = recipient.prefix(space)
    }
    fact[.sender] = sender == "-undef-@-undef-" ? .empty : sender
    fact[.recipient] = recipient
    return judged(action, reason, fact)
  }

  /// `192.0.2(192.0.2.1), example.org`, or `…, a@example.org(a@example.org)`
  private static func listed(_ reason: StaticString, _ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard takeClient(&cursor, fact) else { return .unrecognized }
    let rest = cursor.rest
    if rest.last == UInt8(ascii: ")"), let open = rest.lastIndex(of: UInt8(ascii: "(")) {
      fact[.sender] = rest[(open + 1)..<rest.count - 1]
    }
    return judged("pass", reason, fact)
  }

  private static func judged(_ action: StaticString, _ reason: StaticString, _ fact: Fact) -> Recognition {
    fact.event = .greylist
    fact[.engine] = Bytes("sqlgrey")
    fact[.action] = Bytes(action)
    fact[.reason] = Bytes(reason)
    return .recognized
  }

  /// `192.0.2(192.0.2.1), `: the address as it is kept, then as it was.
  private static func takeClient(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    guard cursor.take(through: "(") != nil, let address = cursor.take(through: "), ") else { return false }
    fact[.clientAddress] = address
    return true
  }

  /// `(00:05:43)`, in microseconds.
  private static func delay(_ text: Bytes) -> Int64? {
    var cursor = ByteCursor(text)
    guard cursor.take("("), let hours = cursor.takeInteger(), cursor.take(":"), let minutes = cursor.takeInteger(),
      cursor.take(":"), let seconds = cursor.takeInteger(), cursor.take(")"), hours < 1 << 24, minutes < 60,
      seconds < 62
    else { return nil }
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000
  }
}
