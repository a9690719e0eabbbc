import Bytes
import Facts

extension Postfix {
  /// Lines with a severity in front, which any program of Postfix may write (msg(3)): `warning: `, `error: `, `fatal:
  /// `, `panic: `.
  enum Warning {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      if text.hasPrefix("warning: ") {
        note(text.dropFirst(9), fact)
      } else if text.hasPrefix("error: ") || text.hasPrefix("fatal: ") || text.hasPrefix("panic: ") {
        note(text.dropFirst(7), fact, as: .error)
      } else {
        return false
      }
      return true
    }

    /// Reads what stands behind the severity, or in a line that should have one.
    static func note(_ rest: Bytes, _ fact: Fact, as event: Event = .warning) {
      fact.event = event
      // The line may begin with a queue id, too: the fields that it left behind are not ours.
      fact[.queueID] = nil
      var body = rest
      if let (id, behind) = QueueID.split(rest) {
        fact[.queueID] = id
        body = behind
        refuse(body, fact)
      }
      if let peer = Peer(body), body.dropFirst(peer.length).hasPrefix(": ") {
        peer.fillClient(of: fact)
        if sasl(body.dropFirst(peer.length + 2), fact) { return }
      } else if let (peer, isServer) = origin(body) {
        peer.fill(fact, isClient: !isServer)
        if fact.event == .warning { limit(body, fact) }
      } else if body.hasPrefix("hostname ") {
        fact[.clientAddress] = unresolved(body)
      } else {
        fact[.clientAddress] = unverified(body)
      }
      fact[.reason] = rest
    }

    /// `6CB5D167262: queue file size limit exceeded`, and `6CB5D167262: unreasonable virtual_alias_maps map nesting for …`:
    /// the client is told at the end of DATA that the message is not accepted, and no other line says so.
    private static func refuse(_ text: Bytes, _ fact: Fact) {
      if text == "queue file size limit exceeded"
        || text.hasPrefix("BDAT request from ") && text.hasSuffix(" exceeds message size limit")
      {
        fact[.enhancedCode] = Bytes("5.3.4")
      } else if text.hasSuffix(" -- message not accepted, try again later") || text.contains(" map lookup problem for ")
      {
        // Otherwise a table could not be asked.
        fact[.enhancedCode] = text.hasPrefix("unreasonable ") ? Bytes("4.6.0") : Bytes("4.3.0")
      } else if text.hasPrefix("write queue file: ") {
        fact[.enhancedCode] = Bytes("4.3.0")
      } else {
        return
      }
      fact[.action] = Bytes("reject")
      fact[.stage] = Bytes("end-of-data")
    }

    /// `Connection rate limit exceeded: 9 from mx.example[192.0.2.1] for service smtp`: what the client is told, in words that
    /// are always the same, no other line says.
    private static func limit(_ text: Bytes, _ fact: Fact) {
      guard let limit = limits.first(where: { text.hasPrefix($0.words) }) else { return }
      fact[.action] = Bytes("reject")
      fact[.engine] = Bytes("anvil")
      fact[.stage] = Bytes(limit.stage)
      fact[.code] = limit.code
      fact[.enhancedCode] = Bytes(limit.enhancedCode)
    }

    private static let limits: [(words: StaticString, stage: StaticString, code: Int64, enhancedCode: StaticString)] = [
      ("Connection rate limit exceeded: ", "connect", 421, "4.7.0"),
      ("Connection concurrency limit exceeded: ", "connect", 421, "4.7.0"),
      ("Message delivery request rate limit exceeded: ", "mail", 450, "4.7.1"),
      ("Recipient address rate limit exceeded: ", "rcpt", 450, "4.7.1"),
    ]

    /// `SASL LOGIN authentication failed: authentication failure, sasl_username=alice`
    private static func sasl(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.hasPrefix("SASL "), let space = text.firstIndex(of: UInt8(ascii: " "), from: 5) else { return false }
      var rest = text.dropFirst(space)
      if rest.hasPrefix(" authentication failed") {
        rest = rest.dropFirst(22)
      } else if rest.hasPrefix(" authentication aborted") {
        rest = rest.dropFirst(23)
      } else {
        return false
      }
      guard rest.isEmpty || rest.first == UInt8(ascii: ":") || rest.first == UInt8(ascii: ",") else { return false }
      fact.event = .auth
      fact[.result] = Bytes("fail")
      fact[.mechanism] = text[5..<space]
      if let at = rest.lastIndex(of: ", sasl_username=") {
        let user = rest.dropFirst(at + 16)
        if !user.isEmpty, !Bytes("(unavailable)").hasPrefix(user) { fact[.user] = user }
        rest = rest.prefix(at)
      }
      let reason = rest.hasPrefix(":") ? rest.dropFirst(1).trimmed : rest
      if !reason.isEmpty { fact[.reason] = reason }
      return true
    }

    /// The peer of `non-SMTP command from mx.example[192.0.2.1]: GET / HTTP/1.1` and the like: the first one behind
    /// `from`, a server if it is a response or reply that came from there. Or that of `mx.example[192.0.2.1] sent message
    /// header instead of SMTP command: From: x`, before 2.3.
    private static func origin(_ text: Bytes) -> (peer: Peer, isServer: Bool)? {
      if let from = text.firstIndex(of: " from "), let peer = Peer(text.dropFirst(from + 6)) {
        let what = text.prefix(from)
        return (peer, what.hasSuffix(" response") || what.hasSuffix(" reply"))
      }
      guard let peer = Peer(text), text.dropFirst(peer.length).hasPrefix(" sent ") else { return nil }
      return (peer, false)
    }

    /// The address of `192.0.2.1: hostname mx.example verification failed: Name or service not known` or `192.0.2.1:
    /// address not listed for hostname mx.example`, before 2.8.
    private static func unverified(_ text: Bytes) -> Bytes? {
      let text = text.hasPrefix("smtpd_peer_init: ") ? text.dropFirst(17) : text
      guard let first = text.first, first.isHexDigit || first == UInt8(ascii: ":"), let end = text.firstIndex(of: ": ")
      else { return nil }
      let behind = text.dropFirst(end + 2)
      guard
        behind.hasPrefix("address not listed for hostname ")
          || behind.hasPrefix("hostname ") && behind.contains(" verification failed")
      else { return nil }
      return text.prefix(end)
    }

    /// The address of `hostname mx.example does not resolve to address 192.0.2.1: Name or service not known`.
    private static func unresolved(_ text: Bytes) -> Bytes? {
      guard let at = text.firstIndex(of: " does not resolve to address ") else { return nil }
      let address = text.dropFirst(at + 29)
      if let end = address.firstIndex(of: ": ") { return address.prefix(end) }
      return address.hasSuffix(":") && !address.hasSuffix("::") ? address.dropLast() : address
    }
  }
}
