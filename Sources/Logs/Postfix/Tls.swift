import Bytes
import Facts

extension Postfix {
  /// Lines about TLS that server and client have in common (TLS_README).
  enum Tls {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      switch text.first {
      case UInt8(ascii: "A"), UInt8(ascii: "U"), UInt8(ascii: "T"), UInt8(ascii: "V"):
        return established(text, fact)
      case UInt8(ascii: "S"):
        return failed(text, "SSL_accept error from ", fact) || failed(text, "SSL_connect error to ", fact)
      case UInt8(ascii: "c"):
        return failed(text, "certificate verification failed for ", fact)
          || failed(text, "certificate peer name verification failed for ", fact)
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
    /// peer.
    private static func established(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let space = text.prefix(Limits.wordBytes).firstIndex(of: UInt8(ascii: " ")) else { return false }
      let level: StaticString
      switch text.prefix(space) {
      case let word where word == "Anonymous": level = "anonymous"
      case let word where word == "Untrusted": level = "untrusted"
      case let word where word == "Trusted": level = "trusted"
      case let word where word == "Verified": level = "verified"
      default: return false
      }
      var cursor = ByteCursor(text.dropFirst(space + 1))
      guard cursor.take("TLS connection "), cursor.take("established ") || cursor.take("reused ") else { return false }
      let isServer = cursor.take("from ")
      guard isServer || cursor.take("to "), let peer = Peer(cursor.rest) else { return false }
      cursor.position += peer.length
      if cursor.take(" to ") { _ = cursor.take(upTo: UInt8(ascii: ":")) }
      guard cursor.take(": "), let version = cursor.take(upTo: UInt8(ascii: " ")), cursor.take(" with cipher "),
        let cipher = cursor.take(upTo: UInt8(ascii: " ")), cursor.take(" ("), let bits = cursor.takeInteger(),
        cursor.take(UInt8(ascii: "/"))
      else { return false }
      fact.event = .tls
      if isServer { peer.fillClient(of: fact) } else { peer.fillRelay(of: fact) }
      fact[.tlsVersion] = version
      fact[.tlsCipher] = cipher
      fact[.tlsBits] = bits
      fact[.result] = Bytes(level)
      return true
    }

    /// `SSL_accept error from mx.example[192.0.2.1]: lost connection`, `setting up TLS connection from
    /// mx.example[192.0.2.1]`
    private static func failed(_ text: Bytes, _ what: StaticString, _ fact: Fact) -> Bool {
      let length = what.utf8CodeUnitCount
      guard text.hasPrefix(what), let peer = Peer(text.dropFirst(length)) else { return false }
      let rest = text.dropFirst(length + peer.length)
      guard rest.isEmpty || rest.hasPrefix(": ") else { return false }
      fact.event = .other
      fact[.stage] = Bytes("starttls")
      fact[.reason] = rest.isEmpty ? text.prefix(25) : rest.dropFirst(2)
      if text.prefix(length).hasSuffix("from ") { peer.fillClient(of: fact) } else { peer.fillRelay(of: fact) }
      return true
    }
  }
}
