import Bytes
import Facts

extension Postfix {
  /// Lines about TLS that server and client have in common (TLS_README).
  enum Tls {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      switch text.first {
      case UInt8(ascii: "A"), UInt8(ascii: "U"), UInt8(ascii: "V"):
        return established(text, fact) || subject(text, fact)
      case UInt8(ascii: "T"):
        return established(text, fact) || reported(text, fact) || unmatchedName(text, fact)
      case UInt8(ascii: "S"):
        return failed(text, "SSL_accept error from ", fact) || failed(text, "SSL_connect error to ", fact)
          || failed(text, "SSL_set_fd error to ", fact)
      case UInt8(ascii: "C"):
        return failed(text, "CA certificate verification failed for ", fact)
      case UInt8(ascii: "c"):
        return failed(text, "certificate verification failed for ", fact)
          || failed(text, "certificate peer name verification failed for ", fact)
          || failed(text, "client certificate verification failed for ", fact)
      case UInt8(ascii: "s"):
        return failed(text, "server certificate verification failed for ", fact)
          || failed(text, "setting up TLS connection from ", fact)
          || failed(text, "setting up TLS connection to ", fact)
      default:
        return false
      }
    }

    /// `Anonymous TLS connection established from mx.example[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384
    /// (256/256 bits) key-exchange X25519 …`, in one line; `reused` in place of `established`; `to host` may follow the
    /// peer. Before 2.5 the first word was missing.
    private static func established(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let space = text.prefix(Limits.wordBytes).firstIndex(of: UInt8(ascii: " ")) else { return false }
      let level: StaticString?
      var isNamed = true
      switch text.prefix(space) {
      case let word where word == "Anonymous": level = "anonymous"
      case let word where word == "Untrusted": level = "untrusted"
      case let word where word == "Trusted": level = "trusted"
      case let word where word == "Verified": level = "verified"
      case let word where word == "TLS": (level, isNamed) = (nil, false)
      default: return false
      }
      var cursor = ByteCursor(isNamed ? text.dropFirst(space + 1) : text)
      guard cursor.take("TLS connection "), cursor.take("established ") || cursor.take("reused ") else { return false }
      let isServer = cursor.take("from ")
      guard isServer || cursor.take("to "), let host = Host(cursor.rest) else { return false }
      cursor.position += host.length
      if cursor.take(" to ") { _ = cursor.take(upTo: UInt8(ascii: ":")) }
      guard cursor.take(": "), let version = cursor.take(upTo: UInt8(ascii: " ")), cursor.take(" with cipher "),
        let cipher = cursor.take(upTo: UInt8(ascii: " ")), cursor.take(" ("), let bits = cursor.takeInteger(),
        cursor.take(UInt8(ascii: "/"))
      else { return false }
      fact.event = .tls
      host.fill(fact, isClient: isServer)
      fact[.tlsVersion] = version
      fact[.tlsCipher] = cipher
      fact[.tlsBits] = bits
      fact[.result] = level.map { Bytes($0) }
      return true
    }

    /// `SSL_accept error from mx.example[192.0.2.1]: lost connection`, `setting up TLS connection from
    /// mx.example[192.0.2.1]`, `certificate verification failed for mx.example: num=27:certificate not trusted`
    private static func failed(_ text: Bytes, _ what: StaticString, _ fact: Fact) -> Bool {
      let length = what.utf8CodeUnitCount
      guard text.hasPrefix(what), let host = Host(text.dropFirst(length)) else { return false }
      let rest = text.dropFirst(length + host.length)
      guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return false }
      // Without the direction: `setting up TLS connection`.
      let words = text.prefix(length - 1)
      let reason = rest.dropFirst().trimmed
      guard !reason.isEmpty || !words.hasSuffix(" for") else { return false }
      fact.event = .other
      fact[.stage] = Bytes("starttls")
      fact[.reason] = reason.isEmpty ? words.prefix(words.lastIndex(of: UInt8(ascii: " ")) ?? words.count) : reason
      let isCertificate = words.hasSuffix(" for") && !text.hasPrefix("server ")
      let isClient = isCertificate ? host.peer.map { Tls.isClient($0, fact) } ?? false : words.hasSuffix(" from")
      host.fill(fact, isClient: isClient)
      return true
    }

    /// What the other side's certificate says: `mx.example[192.0.2.1]: subject_CN=mx.example, issuer_CN=CA, …`, before
    /// 2.9 with a word in front, such as `Trusted: `, and of the client without a host.
    static func subject(_ text: Bytes, _ fact: Fact) -> Bool {
      let host = Peer(text)
      var rest = text
      if let host {
        guard text.dropFirst(host.length).hasPrefix(": ") else { return false }
        rest = text.dropFirst(host.length + 2)
      }
      let said = rest
      if let colon = rest.prefix(Limits.wordBytes).firstIndex(of: ": ") { rest = rest.dropFirst(colon + 2) }
      guard rest.hasPrefix("subject_CN=") else { return false }
      fact.event = .other
      fact[.stage] = Bytes("starttls")
      fact[.reason] = said
      if let host { host.fill(fact, isClient: isClient(host, fact)) }
      return true
    }

    /// Whether a line that does not tell speaks of a client: the port of a client is logged only if asked for.
    private static func isClient(_ peer: Peer, _ fact: Fact) -> Bool {
      fact.program.hasSuffix("smtpd") || peer.port == nil && !peer.address.contains(UInt8(ascii: "/"))
    }

    /// `TLSRPT: status=failure, domain=example.org, receiving_mx=mx.example[192.0.2.1], failure_type=…`: what goes into
    /// the report of RFC 8460.
    private static func reported(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.hasPrefix("TLSRPT: status="), let comma = text.firstIndex(of: UInt8(ascii: ","), from: 15) else {
        return false
      }
      // The word looks like a queue id.
      fact[.queueID] = nil
      fact.event = .other
      fact[.engine] = Bytes("tlsrpt")
      fact[.stage] = Bytes("starttls")
      fact[.result] = text[15..<comma]
      fact[.reason] = text.dropFirst(comma + 1).trimmed
      if let at = text.firstIndex(of: ", receiving_mx=") { Peer(text.dropFirst(at + 15))?.fillRelay(of: fact) }
      return true
    }

    /// `TLS SNI mx.example.net from mx.example[192.0.2.1] not matched, using default chain`
    private static func unmatchedName(_ text: Bytes, _ fact: Fact) -> Bool {
      guard text.hasPrefix("TLS SNI "), let at = text.firstIndex(of: " from "), let peer = Peer(text.dropFirst(at + 6)),
        text.dropFirst(at + 6 + peer.length).hasPrefix(" not matched")
      else { return false }
      fact.event = .other
      fact[.stage] = Bytes("starttls")
      fact[.reason] = text
      peer.fillClient(of: fact)
      return true
    }

    /// The other side: a peer, or before 2.5 a mere name.
    private struct Host {
      let peer: Peer?
      let name: Bytes
      let length: Int

      @inline(__always)
      init?(_ text: Bytes) {
        peer = Peer(text)
        if let peer {
          name = .empty
          length = peer.length
          return
        }
        length =
          text.firstIndex { $0.equal(to: UInt8(ascii: ":")) | $0.equal(to: UInt8(ascii: "[")) | $0.atMost(0x20) }
          ?? text.count
        name = text.prefix(length)
        guard length > 0 else { return nil }
      }

      func fill(_ fact: Fact, isClient: Bool) {
        if let peer {
          peer.fill(fact, isClient: isClient)
        } else {
          fact[isClient ? .clientName : .relayName] = name
        }
      }
    }
  }
}
