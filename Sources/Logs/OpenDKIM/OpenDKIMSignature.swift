import Bytes
import Facts

/// The lines of `opendkim(8)` that name a signature: its selector, domain and result.
enum OpenDKIMSignature {
  /// `s=s2048 d=example.org a=rsa-sha256 SSL error:02000068:rsa routines::bad signature`
  ///
  /// OpenDKIM writes the line for a good signature too, with nothing behind `SSL`: it then names the signature that
  /// another line judges, so its result stays empty here.
  static func readSSL(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("s="), let selector = cursor.take(through: " d="),
      let domain = cursor.take(upTo: UInt8(ascii: " ")),
      cursor.take(through: " SSL") != nil
    else { return .unrecognized }
    let error = cursor.rest.trimmed
    guard error.isEmpty || error.hasPrefix("error:") else { return .unrecognized }
    fact.event = .dkim
    var result = AuthenticationResult(method: Bytes("dkim"), result: .empty, domain: domain, selector: selector)
    if !error.isEmpty {
      result.result = Bytes("fail")
      result.reason = error
      fact[.result] = result.result
      fact[.reason] = error
    }
    fact.results.append(result)
    return .recognized
  }

  /// `signature=M4rqIyrg domain=example.org selector=s1 result="no signature error"; signature=…`
  static func readResults(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    repeat {
      guard cursor.take("signature="), cursor.take(through: " domain=") != nil,
        let domain = cursor.take(through: " selector="), let selector = cursor.take(through: " result=\""),
        let error = cursor.take(through: "\"")
      else { return .unrecognized }
      guard fact.results.count < FilterLimits.results else { continue }
      let good = error == "no signature error"
      fact.results.append(
        AuthenticationResult(
          method: Bytes("dkim"), result: good ? Bytes("pass") : word(for: error), domain: domain, selector: selector,
          reason: good ? nil : error))
    } while cursor.take("; ")
    guard cursor.isAtEnd else { return .unrecognized }
    // The verdict on the message has a line of its own.
    fact.event = .dkim
    return .recognized
  }

  /// `key retrieval failed (s=k1, d=example.org): 'k1._domainkey.example.org' record not found` and
  /// `key revoked (s=old, d=example.org, a=rsa-sha256)`
  static func readKey(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    let revoked = cursor.take("key revoked (s=")
    guard revoked || cursor.take("key retrieval failed (s="), let selector = cursor.take(through: ", d="),
      let inside = cursor.take(upTo: UInt8(ascii: ")"))
    else { return .unrecognized }
    var domain = ByteCursor(inside)
    let name = domain.take { $0 != UInt8(ascii: ",") }
    fact[.reason] = message
    guard let word = revoked ? Bytes("permerror") : retrieval(cursor.rest.dropFirst()) else {
      fact.event = .warning
      return .recognized
    }
    let reason = revoked ? Bytes("key revoked") : cursor.rest.dropFirst().dropFirst(2)
    fact.event = .dkim
    fact[.result] = word
    fact[.reason] = reason
    fact.results.append(
      AuthenticationResult(method: Bytes("dkim"), result: word, domain: name, selector: selector, reason: reason))
    return .recognized
  }

  /// RFC 6376 §6.1.2: a key that does not exist is a permanent failure, one that cannot be fetched now a temporary one.
  private static func retrieval(_ reason: Bytes) -> Bytes? {
    if reason.hasSuffix(" record not found") || reason.hasSuffix("key not found") { return Bytes("permerror") }
    for words in ["timed out", "unexpected reply", "query failed", "failed to", "SERVFAIL", "query error"]
      as [StaticString]
    where reason.contains(words) {
      return Bytes("temperror")
    }
    return nil
  }

  /// libopendkim's words for what is wrong with a signature.
  private static func word(for error: Bytes) -> Bytes {
    if error == "signature verification failed" || error.hasPrefix("body hash mismatch") { return Bytes("fail") }
    return error == "key DNS query failed" ? Bytes("temperror") : Bytes("permerror")
  }
}
