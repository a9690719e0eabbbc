import Bytes
import Glibc

/// Who the client of a `Received` field was, from the word behind `from` and the comments behind that.
///
///     from helo (name [address])               Postfix, Sendmail, OpenSMTPD, Courier, Google
///     from name ([address] helo=helo)          Exim; from [address] (helo=helo) without a name
///     from name (HELO helo) (address)          qmail
///     from helo (address)                      Exchange
///     from helo ([address])                    Exim, amavis
struct ReceivedClient {
  /// The word behind `from`.
  var token: Bytes?
  private var helo: Bytes?
  private var name: Bytes?
  private var address: [UInt8]?

  mutating func take(comment: Bytes) {
    var cursor = ByteCursor(comment)
    var isFirst = true
    while true {
      while cursor.peek?.isSpace == true || cursor.peek == 0x28 {
        if cursor.takeComment() == nil { cursor.position += 1 }
      }
      let word = cursor.take { !$0.isSpace && $0 != 0x28 }
      if word.isEmpty { return }
      if word.equalsIgnoringCase(Bytes("helo")) || word.equalsIgnoringCase(Bytes("ehlo"))
        || word.equalsIgnoringCase(Bytes("lhlo"))
      {
        _ = cursor.take(while: \.isSpace)
        helo = cursor.take { !$0.isSpace }
      } else if word.hasPrefix("helo=") {
        helo = word.dropFirst(5)
      } else if word.contains(0x3D) {
        // `port=39047`, `ident=root`
        continue
      } else if !take(address: word) && isFirst {
        // Any other comment begins with a word as well: `using TLSv1.3 …`, `authenticated bits=0`, `AUTH: LOGIN user`.
        let rest = cursor.rest.trimmed
        guard rest.isEmpty || rest.first == 0x5B else { return }
        take(name: word)
      }
      isFirst = false
    }
  }

  /// Takes `[192.0.2.1]`, `[IPv6:2001:db8::1]:2525`, `192.0.2.1` and `ident@192.0.2.1`. False if it is something else.
  @discardableResult
  mutating func take(address word: Bytes) -> Bool {
    let behindIdent = word.dropFirst((word.lastIndex(of: 0x40) ?? -1) + 1)
    guard let found = ReceivedClient.address(behindIdent) else { return false }
    if address == nil { address = found }
    return true
  }

  private mutating func take(name word: Bytes) {
    // `root@host`: the name before the @ comes from the client's own ident service (RFC 1413).
    var host = word.dropFirst((word.lastIndex(of: 0x40) ?? -1) + 1)
    if host.last == 0x2E { host = host.dropLast() }
    if name == nil && ReceivedClient.isName(host) { name = host }
  }

  func write(to received: inout Received) {
    guard let token else { return }
    received.from = token.array
    received.clientAddress = address ?? ReceivedClient.address(token)
    let isLocal = received.protocol.map { $0.withBytes { $0.equalsIgnoringCase(Bytes("local")) } } ?? false
    if let helo {
      received.helo = helo.array
      if ReceivedClient.isName(token) { received.clientName = token.array }
    } else if !isLocal || address != nil || name != nil {
      received.helo = token.array
    }
    if let name, received.clientName == nil { received.clientName = name.array }
  }

  private static func isName(_ word: Bytes) -> Bool {
    guard !word.isEmpty, !word.equalsIgnoringCase(Bytes("unknown")), !word.equalsIgnoringCase(Bytes("unverified")),
      address(word) == nil
    else { return false }
    return word.array.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || $0 >= 0x80 }
  }

  /// An address, its brackets, tag and port taken off; nil if it is none.
  private static func address(_ word: Bytes) -> [UInt8]? {
    var text = word
    if text.first == 0x5B {
      guard let close = text.firstIndex(of: 0x5D) else { return nil }
      text = text[1..<close]
    }
    if text.count > 5 && text.prefix(5).equalsIgnoringCase(Bytes("IPv6:")) { text = text.dropFirst(5) }
    if text.count > 7 && text.prefix(7).equalsIgnoringCase(Bytes("::ffff:")) && text.contains(0x2E) {
      text = text.dropFirst(7)
    }
    guard text.count >= 2 && text.count < Int(INET6_ADDRSTRLEN) else { return nil }
    let terminated = text.array.map { CChar(bitPattern: $0) } + [0]
    var binary = in6_addr()
    let family = text.contains(0x3A) ? AF_INET6 : AF_INET
    return inet_pton(family, terminated, &binary) == 1 ? text.array : nil
  }
}
