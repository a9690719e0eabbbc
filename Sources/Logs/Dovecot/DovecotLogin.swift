import Bytes
import Facts

/// Lines of the login processes: `imap-login`, `pop3-login`, `submission-login`, `managesieve-login`.
enum DovecotLogin {
  /// `Login: user=<alice>, method=PLAIN, rip=198.51.100.10, lip=192.0.2.40, mpid=619, TLS, session=<5o+9w6ReyOTGM2QK>`
  static func read(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    if cursor.take("Login: ") {
      takeFields(cursor.rest, fact)
      return result("pass", because: nil, fact)
    }
    if cursor.take("proxy(") || message.hasPrefix("Proxy ") { return .ignored }
    guard
      message.hasPrefix("Disconnected") || message.hasPrefix("Aborted login") || message.hasPrefix("Login aborted")
        || message.hasPrefix("Maximum number of connections") || message.hasPrefix("Client has quit the connection")
        || message.hasPrefix("Remote closed connection") || message.hasPrefix("Logged out")
    else { return .unrecognized }
    return ended(message, fact)
  }

  /// `Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<admin>, method=PLAIN, rip=…`
  private static func ended(_ message: Bytes, _ fact: Fact) -> Recognition {
    let mark = firstField(message)
    let head = message.prefix(mark ?? message.count)
    guard let why = cause(head) else {
      // A connection that proved nothing: no attempt, or one that was broken off.
      return mark != nil ? .ignored : .unrecognized
    }
    guard let mark else { return .unrecognized }
    takeFields(message.dropFirst(mark), fact)
    return result("fail", because: why, fact)
  }

  /// Where the fields begin: at `user=<`, or what comes first without it.
  private static func firstField(_ message: Bytes) -> Int? {
    for key in [": user=<", ": method=", ": rip="] as [StaticString] {
      if let hit = message.firstIndex(of: key) { return hit + 2 }
    }
    return nil
  }

  /// The reason of a failed login, as Dovecot words it; nil where nobody tried to log in.
  private static func cause(_ head: Bytes) -> Bytes? {
    if head.hasPrefix("Maximum number of connections") {
      return head.last == UInt8(ascii: " ") ? head.dropLast(2) : head
    }
    for words in [
      "auth failed", "tried to use dis", "proxy dest auth failed", "internal failure", "1 authentication attempts",
      "user disabled", "pass expired", "authorization failed",
    ] as [StaticString] {
      guard let hit = head.firstIndex(of: words) else { continue }
      let rest = head.dropFirst(hit)
      return rest.prefix(rest.firstIndex(of: UInt8(ascii: ")")) ?? rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.count)
    }
    return nil
  }

  /// `user=<alice>, method=PLAIN, rip=198.51.100.10, lip=…, TLS, session=<…>`
  private static func takeFields(_ text: Bytes, _ fact: Fact) {
    var cursor = ByteCursor(text)
    if cursor.take("user="), let user = AddressList.takeAddress(&cursor) {
      if !user.isEmpty { fact[.user] = user }
      _ = cursor.take(", ")
    }
    if cursor.take("method=") {
      fact[.mechanism] = cursor.take { $0 != UInt8(ascii: ",") }
      _ = cursor.take(", ")
    }
    if cursor.take("rip=") {
      let address = cursor.take { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
      if !address.isEmpty { fact[.clientAddress] = address }
    }
    if cursor.take(through: ", session=<") != nil, let session = cursor.take(upTo: UInt8(ascii: ">")), !session.isEmpty
    {
      fact[.session] = session
    }
  }

  private static func result(_ word: StaticString, because reason: Bytes?, _ fact: Fact) -> Recognition {
    fact.event = .auth
    fact[.result] = Bytes(word)
    fact[.reason] = reason
    return .recognized
  }
}
