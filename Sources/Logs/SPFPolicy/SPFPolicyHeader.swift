import Bytes
import Facts

/// The field that an SPF policy server has Postfix add to the message, as it stands in the log.
enum SPFPolicyHeader {
  /// RFC 7208 §9.1: `Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.example.org;`
  /// ` envelope-from=a@example.org; receiver=mx.example.net`
  static func readReceivedSPF(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    guard let word = ResultWord.of(cursor.take(while: \.isLetter)), let receiver = value("receiver=", in: text),
      let address = value("client-ip=", in: text)
    else { return .unrecognized }
    fact[.clientAddress] = address
    fact[.helo] = value("helo=", in: text)
    if let sender = value("envelope-from=", in: text) { fact[.sender] = unquoted(sender) }
    if receiver.contains(UInt8(ascii: "@")) { fact[.recipient] = receiver }
    let byHelo = value("identity=", in: text).map { $0 == "helo" } ?? false
    let domain = byHelo ? fact[.helo] : fact[.sender].map { SPFPolicyHeader.domain(of: $0) }
    if cursor.take(" ("), let comment = cursor.take(upTo: ") receiver=") ?? cursor.take(upTo: UInt8(ascii: ")")) {
      if !(comment == "mailfrom" || comment == "helo") { fact[.reason] = comment }
    }
    fact.event = .spf
    fact[.result] = word
    fact.results.append(
      AuthenticationResult(method: Bytes("spf"), result: word, domain: domain, reason: fact[.reason]))
    return .recognized
  }

  /// RFC 8601: `mx.example.net; spf=pass (mailfrom) smtp.mailfrom=example.org (client-ip=192.0.2.1;`
  /// `helo=mail.example.org;`
  /// ` envelope-from=a@example.org; receiver=<UNKNOWN>)`
  static func readAuthenticationResults(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    guard cursor.take(through: "; spf=") != nil, let word = ResultWord.of(cursor.take(while: \.isLetter)) else {
      return .unrecognized
    }
    var domain: Bytes?
    if let property = cursor.take(through: " smtp."), property.count < text.count,
      cursor.take("mailfrom=") || cursor.take("helo=") || cursor.take("mfrom=")
    {
      domain = SPFPolicyHeader.domain(of: cursor.take { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ";") })
    }
    guard cursor.take(" ("), cursor.rest.last == UInt8(ascii: ")") else { return .unrecognized }
    let comment = cursor.rest.dropLast()
    fact[.clientAddress] = value("client-ip=", in: comment)
    fact[.helo] = value("helo=", in: comment)
    if let sender = value("envelope-from=", in: comment) { fact[.sender] = unquoted(sender) }
    fact.event = .spf
    fact[.result] = word
    fact.results.append(AuthenticationResult(method: Bytes("spf"), result: word, domain: domain))
    return .recognized
  }

  /// The domain of an address, or the whole of a name.
  static func domain(of identity: Bytes) -> Bytes {
    identity.dropFirst(identity.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0)
  }

  private static let keys: [StaticString] = [
    "identity=", "client-ip=", "helo=", "envelope-from=", "receiver=", "mechanism=",
  ]

  /// The value behind `key`, up to the semicolon before the next key: a sender may hold a semicolon itself.
  private static func value(_ key: StaticString, in text: Bytes) -> Bytes? {
    var from = 0
    while let hit = text.firstIndex(of: key, from: from) {
      from = hit + key.utf8CodeUnitCount
      guard hit == 0 || text[hit - 1] == UInt8(ascii: " ") else { continue }
      var end = from
      while let semicolon = text.firstIndex(of: "; ", from: end) {
        let next = text.dropFirst(semicolon + 2)
        if keys.contains(where: { next.hasPrefix($0) }) { return text[from..<semicolon] }
        end = semicolon + 2
      }
      return text.dropFirst(from).trimmed
    }
    return nil
  }

  /// Without quotes, as the Perl version writes them, or angle brackets, as the Python version writes the null
  /// reverse-path.
  private static func unquoted(_ sender: Bytes) -> Bytes {
    if sender == "<>" { return .empty }
    guard sender.count > 1, sender.first == UInt8(ascii: "\""), sender.last == UInt8(ascii: "\"") else { return sender }
    let inside = sender[1..<sender.count - 1]
    return inside.contains(UInt8(ascii: "\"")) ? sender : inside
  }
}
