package import Bytes
import Facts

/// The policy servers that check SPF for Postfix: pypolicyd-spf (`policyd-spf`) and postfix-policyd-spf-perl
/// (`policy-spf`).
package enum SPFPolicy {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    let names: [StaticString] = [
      "policyd-spf", "postfix/policyd-spf", "pypolicyd-spf", "policy-spf", "postfix/policy-spf", "spf-policy",
      "postfix-policyd-spf-perl",
    ]
    return names.contains { name == $0 } ? TextReader(read) : nil
  }

  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    // pypolicyd-spf writes the identity of the user's settings in front, which is mostly empty.
    _ = cursor.take(": ") || cursor.take("Policy action=")
    let message = cursor.rest
    if cursor.take("prepend ") || cursor.take("PREPEND ") || cursor.take("Action: prepend: Text: ") {
      fact[.action] = Bytes("prepend")
    }
    if cursor.take("Received-SPF: ") { return SPFPolicyHeader.readReceivedSPF(cursor.rest, fact) }
    if cursor.take("Authentication-Results: ") { return SPFPolicyHeader.readAuthenticationResults(cursor.rest, fact) }
    if cursor.take("X-Comment: ") { return .ignored }
    fact[.action] = nil
    if message.first?.isDigit == true { return refusal(message, fact) }
    if cursor.take("SPF ") { return perl(cursor.rest, fact) }
    if let end = message.firstIndex(of: ";"), ResultWord.of(message.prefix(end)) != nil {
      return SPFPolicyHeader.readReceivedSPF(message, fact)
    }
    return readDaemon(message, fact)
  }

  /// `550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see`
  /// `http://…?s=mfrom;id=a@example.org;ip=192.0.2.1;r=mx`
  private static func refusal(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard let code = cursor.takeInteger(), 400..<600 ~= code, cursor.take(" ") else { return .unrecognized }
    let behindCode = cursor.position
    let enhanced = cursor.take { $0.isDigit || $0 == UInt8(ascii: ".") }
    if enhanced.isEmpty || !cursor.take(" ") { cursor.position = behindCode } else { fact[.enhancedCode] = enhanced }
    let explanation = cursor.rest
    guard let link = explanation.firstIndex(of: "Please see http") else { return .unrecognized }
    let start = explanation.firstIndex(of: "due to: ").map { $0 + "due to: ".utf8.count } ?? 0
    let reason = start + 2 < link ? explanation[start..<(link - 2)] : explanation
    fact[.reason] = reason
    fact[.code] = code
    fact[.action] = Bytes(code < 500 ? "defer" : "reject")
    let sender = takeLink(explanation, fact)
    let word = resultWord(in: reason) ?? Bytes(code < 500 ? "temperror" : "fail")
    fact.event = .spf
    fact[.result] = word
    let domain = sender.map { SPFPolicyHeader.domain(of: $0) }
    fact.results.append(
      AuthenticationResult(method: Bytes("spf"), result: word, domain: domain, reason: fact[.reason]))
    return .recognized
  }

  /// The parameters of the link that explains a refusal: `?s=mfrom;id=a@example.org;ip=192.0.2.1;r=mx`. Answers the
  /// identity.
  private static func takeLink(_ explanation: Bytes, _ fact: Fact) -> Bytes? {
    guard let query = explanation.firstIndex(of: "?s=") else { return nil }
    var cursor = ByteCursor(explanation.dropFirst(query + 3))
    guard let scope = cursor.take(upTo: UInt8(ascii: ";")), cursor.take(";id="), let id = cursor.take(through: ";ip="),
      let address = cursor.take(upTo: UInt8(ascii: ";"))
    else { return nil }
    fact[.clientAddress] = address
    // The Perl version escapes the identity for the link: it is not what the client sent.
    guard !id.contains(UInt8(ascii: "%")) else { return nil }
    fact[scope == "helo" ? .helo : .sender] = id
    return id
  }

  /// The word behind `SPF `: `SPF fail - not authorized`, `Receiver policy for SPF Softfail`.
  private static func resultWord(in reason: Bytes) -> Bytes? {
    guard let hit = reason.firstIndex(of: "SPF ") else { return nil }
    var cursor = ByteCursor(reason.dropFirst(hit + 4))
    return ResultWord.of(cursor.take(while: \.isLetter))
  }

  /// `pass: Envelope-from: a@example.org` and `fail: HELO/EHLO: mail.example.org, IP Address: …, Recipient: …`
  private static func perl(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard let word = ResultWord.of(cursor.take(while: \.isLetter)), let scope = cursor.take(through: ": "),
      scope.isEmpty,
      let identity = cursor.take(through: ": ")
    else { return .unrecognized }
    let rest = cursor.rest
    let value = rest.prefix(rest.firstIndex(of: ", IP Address: ") ?? rest.count)
    guard value.last != UInt8(ascii: ","), !value.contains(UInt8(ascii: " ")) else { return .unrecognized }
    var tail = ByteCursor(rest.dropFirst(value.count))
    if tail.take(", IP Address: "), let address = tail.take(through: ", Recipient: ") {
      fact[.clientAddress] = address
      fact[.recipient] = tail.rest
    }
    if identity == "Envelope-from" {
      fact[.sender] = value
    } else if identity == "HELO/EHLO" || identity == "HELO/EHLO (Null Sender)" {
      fact[.helo] = value
    } else {
      return .unrecognized
    }
    fact.event = .spf
    fact[.result] = word
    fact.results.append(
      AuthenticationResult(method: Bytes("spf"), result: word, domain: SPFPolicyHeader.domain(of: value)))
    return .recognized
  }

  private static func readDaemon(_ message: Bytes, _ fact: Fact) -> Recognition {
    for words in [
      "Starting", "Normal exit", "Cached data for this instance: ", "Config: ", "spfcheck: ", "Action: ",
      "skip_addresses enabled.", "Whitelist enabled.", "Domain Whitelist enabled.", "PTR Domain Whitelist enabled.",
      "HELO Domain Whitelist ", "Found the end of entry", "handler ", "DUNNO", "Attribute: ", "Read line: ",
      "Updated instance data", "_get_resultcodes: ", "Scope helo ", "Scope mfrom ", "Skip SPF checks ",
    ] as [StaticString]
    where message.hasPrefix(words) {
      return .ignored
    }
    for words in [
      "Configuration File parsing error: ", "Ouch, caught exc: ", "warning: ", "fatal_exit: ",
      "HELO check failed - ", "Mail From (sender) check failed - ", "Mail From check failed", "Authserv_Id not set ",
      "Header_Type includes both ", "DEFER_IF_PERMIT SPF-Result=",
    ] as [StaticString]
    where message.hasPrefix(words) {
      fact.event = .warning
      fact[.reason] = message
      return .recognized
    }
    return .unrecognized
  }
}
