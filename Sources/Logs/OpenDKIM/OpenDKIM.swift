package import Bytes
import Facts

/// Lines of `opendkim(8)`: what became of the signatures of a message, or which one was added.
package enum OpenDKIM {
  package static func reader(for program: Bytes) -> TextReader? {
    Filters.baseName(program) == "opendkim" ? TextReader(read) : nil
  }

  /// `EE52D1662A6: DKIM verification successful`
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    guard let queueID = QueueIDPrefix.take(&cursor) else { return OpenDKIMDaemon.read(text, fact) }
    let message = cursor.rest
    // `mail.example.org [198.51.100.13] not internal`
    if message.hasSuffix(" not internal") { return .ignored }
    if !queueID.isEmpty { fact[.queueID] = queueID }
    switch message.first {
    case UInt8(ascii: "D"):
      if message == "DKIM verification successful" { return result("pass", fact) }
      return added(message, fact)
    case UInt8(ascii: "n"):
      if message == "no signature data" { return result("none", because: message, fact) }
      if message == "not authenticated" { return .ignored }
      return unsigned(message, fact)
    case UInt8(ascii: "s"):
      if message.hasPrefix("s=") { return OpenDKIMSignature.readSSL(message, fact) }
      if message.hasPrefix("signature=") { return OpenDKIMSignature.readResults(message, fact) }
      if message.hasPrefix("syntax error: ") { return result("permerror", because: message, fact) }
      for words in [
        "signing table references unknown key '", "signature processing failed: ", "signature generation error: ",
      ]
        as [StaticString]
      where message.hasPrefix(words) {
        return problem(message, fact)
      }
    case UInt8(ascii: "S"):
      if message.hasPrefix("SSL error:") { return result("fail", because: message.dropFirst("SSL ".utf8.count), fact) }
    case UInt8(ascii: "b"):
      if message == "bad signature data" { return result("fail", because: message, fact) }
    case UInt8(ascii: "k"):
      return OpenDKIMSignature.readKey(message, fact)
    case UInt8(ascii: "m"), UInt8(ascii: "i"):
      if message.hasPrefix("message has signatures from ") || message.hasPrefix("ignoring ") { return .ignored }
    case UInt8(ascii: "c"), UInt8(ascii: "e"), UInt8(ascii: "f"):
      if message.hasPrefix("can't ") || message.hasPrefix("external host ") || message.hasPrefix("failed to ")
        || message.hasPrefix("error ")
      {
        return problem(message, fact)
      }
    default: break
    }
    return .unrecognized
  }

  /// `DKIM-Signature field added (s=mail2026, d=example.net)`
  private static func added(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("DKIM-Signature field added (s="), let selector = cursor.take(through: ", d="),
      let domain = cursor.take(upTo: UInt8(ascii: ")"))
    else { return .unrecognized }
    fact.event = .dkim
    fact[.action] = Bytes("sign")
    // Nothing was checked, so there is no result; who signed stands with it.
    fact.results.append(AuthenticationResult(method: Bytes("dkim"), result: .empty, domain: domain, selector: selector))
    return .recognized
  }

  /// `no signing table match for 'odd@example.net'`
  private static func unsigned(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    for match in ["no signing table match", "no signing domain match", "no signing subdomain match"] as [StaticString]
    where cursor.take(match) {
      guard cursor.take(" for '"), cursor.rest.last == UInt8(ascii: "'") else { return .unrecognized }
      let identity = cursor.rest.dropLast()
      if identity.contains(UInt8(ascii: "@")) { fact[.sender] = identity }
      return result("none", because: Bytes(match), fact)
    }
    return .unrecognized
  }

  private static func result(_ word: StaticString, because reason: Bytes? = nil, _ fact: Fact) -> Recognition {
    fact.event = .dkim
    fact[.result] = Bytes(word)
    fact[.reason] = reason
    fact.results.append(AuthenticationResult(method: Bytes("dkim"), result: Bytes(word), reason: reason))
    return .recognized
  }

  private static func problem(_ message: Bytes, _ fact: Fact) -> Recognition {
    fact.event = .warning
    fact[.reason] = message
    return .recognized
  }
}
