package import Bytes
import Facts

/// Lines of `opendmarc(8)`: what DMARC, and SPF on the way to it, said of a message.
package enum OpenDMARC {
  package static func reader(for program: Bytes) -> TextReader? {
    Filters.baseName(program) == "opendmarc" ? TextReader(read) : nil
  }

  /// `EE52D1662A6: example.org pass`
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    guard let queueID = QueueIDPrefix.take(&cursor) else {
      // This line alone has no colon behind the queue id.
      return text.contains(" ignoring Authentication-Results at ") ? .ignored : readDaemon(text, fact)
    }
    if !queueID.isEmpty { fact[.queueID] = queueID }
    let message = cursor.rest
    if message.hasPrefix("SPF(") { return spf(message, fact) }
    if message.hasPrefix("opendmarc_policy_query_dmarc(") { return query(message, fact) }
    if message.hasPrefix("RFC5322 requirement error: ") { return malformed(message, fact) }
    if message.hasPrefix("ignoring ") { return .ignored }
    if message.hasPrefix("unable to parse ") || message.hasPrefix("multi-valued From field detected")
      || message.hasPrefix("can't extract SPF address ") || message.hasPrefix("unable to create buffer ")
    {
      fact.event = .warning
      fact[.reason] = message
      return .recognized
    }
    return verdict(message, fact)
  }

  /// `example.org pass`: the domain of the From field and the result.
  private static func verdict(_ message: Bytes, _ fact: Fact) -> Recognition {
    guard let (domain, word) = domainAndResult(message) else { return .unrecognized }
    fact.event = .dmarc
    fact[.result] = word
    fact.results.append(AuthenticationResult(method: Bytes("dmarc"), result: word, domain: domain))
    return .recognized
  }

  /// `SPF(mailfrom): example.org pass`, and `SPF(helo): …` for a null reverse-path.
  private static func spf(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("SPF("), let identity = cursor.take(through: "): "), identity == "mailfrom" || identity == "helo",
      let (domain, word) = domainAndResult(cursor.rest)
    else { return .unrecognized }
    fact.event = .spf
    fact[.result] = word
    if identity == "helo" { fact[.helo] = domain }
    fact.results.append(AuthenticationResult(method: Bytes("spf"), result: word, domain: domain))
    return .recognized
  }

  /// `opendmarc_policy_query_dmarc(example.org) returned status 4`: the record could not be fetched.
  private static func query(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("opendmarc_policy_query_dmarc("), let domain = cursor.take(through: ") returned status "),
      cursor.rest.integer != nil
    else { return .unrecognized }
    fact.event = .dmarc
    fact[.result] = Bytes("temperror")
    fact[.reason] = message
    fact.results.append(
      AuthenticationResult(method: Bytes("dmarc"), result: Bytes("temperror"), domain: domain, reason: message))
    return .recognized
  }

  /// `RFC5322 requirement error: missing From field; accepting`: without one author there is nothing to check (RFC
  /// 7489 §6.6.1).
  private static func malformed(_ message: Bytes, _ fact: Fact) -> Recognition {
    let reason = message.dropFirst("RFC5322 requirement error: ".utf8.count)
    guard !reason.isEmpty else { return .unrecognized }
    fact.event = .dmarc
    fact[.result] = Bytes("permerror")
    fact[.reason] = reason
    if reason.hasSuffix("; rejecting") { fact[.action] = Bytes("reject") }
    fact.results.append(AuthenticationResult(method: Bytes("dmarc"), result: Bytes("permerror"), reason: reason))
    return .recognized
  }

  private static func domainAndResult(_ message: Bytes) -> (domain: Bytes, result: Bytes)? {
    guard let space = message.lastIndex(of: UInt8(ascii: " ")), space > 0,
      let word = ResultWord.of(message.dropFirst(space + 1)), !message.prefix(space).contains(UInt8(ascii: " "))
    else { return nil }
    return (message.prefix(space), word)
  }

  private static func readDaemon(_ text: Bytes, _ fact: Fact) -> Recognition {
    if text.hasPrefix("OpenDMARC Filter") || text == "configuration reloaded"
      || text.hasPrefix("configuration reloaded from ") || text == "exiting" || text.hasPrefix("exited with status ")
    {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    if text.hasPrefix("ignoring connection from ") || text.hasPrefix("additional trusted authentication services: ")
      || text.hasPrefix("trusted authentication services: ") || text.hasPrefix("implicit authentication service: ")
    {
      return .ignored
    }
    return .unrecognized
  }
}
