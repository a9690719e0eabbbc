import Bytes
import Facts

/// The lines in which `rspamd` tells why a DKIM signature did not pass.
enum RspamdDKIM {
  /// `dkim: bh value mismatch: got …, expected …; body length 457->455; d=example.org; s=s2048` and
  /// `dkim: headers RSA verification failure; …; d=example.org; s=s2048; key_md5=…; orig header: …`
  static func readCheck(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("dkim: ") || message.contains("; d=") else { return .unrecognized }
    let text = cursor.rest
    guard text.hasPrefix("bh value mismatch") || text.hasPrefix("headers ") || text.hasPrefix("header "),
      let mark = text.firstIndex(of: "; d=")
    else { return .unrecognized }
    cursor.position += mark + "; d=".utf8.count
    guard let domain = cursor.take(through: "; s=") else { return .unrecognized }
    let selector = cursor.take { $0 != UInt8(ascii: ";") }
    let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
    let semicolon = text.firstIndex(of: UInt8(ascii: ";")) ?? text.count
    return result("fail", domain, selector, because: text.prefix(min(colon, semicolon)), fact)
  }

  /// `cannot get key for domain s1._domainkey.example.org: key is missing`, and keys that were put into the cache.
  static func readKey(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    if message.hasPrefix("stored DKIM key for ") || message.hasPrefix("use cached ") { return .ignored }
    guard cursor.take("cannot get key for domain "), let selector = cursor.take(through: "._domainkey."),
      let domain = cursor.take(through: ": ")
    else { return .unrecognized }
    let reason = cursor.rest
    return result(word(for: reason), domain, selector, because: reason, fact)
  }

  /// `cannot parse DKIM signature: signature has incorrect length: 2`, and checks that were skipped.
  static func readSymbol(_ message: Bytes, _ fact: Fact) -> Recognition {
    if message.hasPrefix("skip DKIM checks ") || message.hasPrefix("message was already signed") { return .ignored }
    guard message.hasPrefix("cannot parse DKIM signature: ") else { return .unrecognized }
    return result("permerror", nil, nil, because: message, fact)
  }

  /// RFC 6376 §6.1.2: what the resolver could not tell now may be told later; a missing or broken key will not mend
  /// itself.
  private static func word(for reason: Bytes) -> StaticString? {
    if reason.hasPrefix("key is missing") || reason.hasSuffix("no records with this name")
      || reason.hasSuffix("no records of this type") || reason.hasPrefix("DKIM key is ") || reason.hasSuffix("revoked")
    {
      return "permerror"
    }
    let temporary: [StaticString] = ["server fail", "timed out", "timeout", "network error", "refused", "IO error"]
    return temporary.contains { reason.contains($0) } ? "temperror" : nil
  }

  private static func result(
    _ word: StaticString?, _ domain: Bytes?, _ selector: Bytes?, because reason: Bytes, _ fact: Fact
  ) -> Recognition {
    fact[.engine] = Bytes("rspamd")
    fact[.reason] = reason
    guard let word else {
      fact.event = .warning
      return .recognized
    }
    fact.event = .dkim
    fact[.result] = Bytes(word)
    fact.results.append(
      AuthenticationResult(
        method: Bytes("dkim"), result: Bytes(word), domain: domain, selector: selector, reason: reason))
    return .recognized
  }
}
