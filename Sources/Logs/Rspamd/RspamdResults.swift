import Bytes
import Facts

/// The results of authentication behind the names of `rspamd`'s rules.
enum RspamdResults {
  /// `R_DKIM_ALLOW` with the options `example.org:s=s1;` is a pass of selector s1 at example.org.
  static func add(_ name: Bytes, _ options: Bytes, _ fact: Fact) {
    guard fact.results.count < FilterLimits.results else { return }
    switch name.first {
    case UInt8(ascii: "R"):
      if name.hasPrefix("R_DKIM_") { return dkim(name.dropFirst(7), options, fact) }
      if name.hasPrefix("R_SPF_") { return spf(name.dropFirst(6), options, fact) }
    case UInt8(ascii: "D"):
      if name.hasPrefix("DMARC_") { return dmarc(name.dropFirst(6), options, fact) }
    case UInt8(ascii: "A"):
      if name.hasPrefix("ARC_"), let word = word(name.dropFirst(4)) { append("arc", word, nil, reason: options, fact) }
    default: return
    }
  }

  private static func dkim(_ suffix: Bytes, _ options: Bytes, _ fact: Fact) {
    guard let word = word(suffix) else { return }
    var cursor = ByteCursor(options)
    repeat {
      guard fact.results.count < FilterLimits.results else { return }
      let item = cursor.take { $0 != UInt8(ascii: ";") }
      _ = cursor.take(";")
      let mark = item.firstIndex(of: ":s=")
      let domain = item.prefix(mark ?? item.count)
      fact.results.append(
        AuthenticationResult(
          method: Bytes("dkim"), result: word, domain: domain.isEmpty ? nil : domain,
          selector: mark.map { item.dropFirst($0 + 3) }))
    } while !cursor.isAtEnd
  }

  private static func spf(_ suffix: Bytes, _ options: Bytes, _ fact: Fact) {
    guard let word = word(suffix) else { return }
    let sender = fact[.sender].flatMap { sender in
      sender.lastIndex(of: UInt8(ascii: "@")).map { sender.dropFirst($0 + 1) }
    }
    append("spf", word, sender, reason: options, fact)
  }

  /// The options begin with the domain, behind which a failure tells why: `example.org : No valid SPF, No valid`
  /// `DKIM;none;`.
  private static func dmarc(_ suffix: Bytes, _ options: Bytes, _ fact: Fact) {
    let result: StaticString
    if suffix == "POLICY_ALLOW" || suffix == "POLICY_ALLOW_WITH_FAILURES" {
      result = "pass"
    } else if suffix == "POLICY_REJECT" || suffix == "POLICY_QUARANTINE" || suffix == "POLICY_SOFTFAIL" {
      result = "fail"
    } else if suffix == "NA" {
      result = "none"
    } else if suffix == "BAD_POLICY" {
      result = "permerror"
    } else if suffix == "DNSFAIL" {
      result = "temperror"
    } else {
      return
    }
    let first = options.prefix(options.firstIndex(of: UInt8(ascii: ";")) ?? options.count)
    let mark = first.firstIndex(of: " : ")
    append(
      "dmarc", result, first.prefix(mark ?? first.count), reason: mark.map { first.dropFirst($0 + 3) } ?? .empty, fact)
  }

  private static func append(
    _ method: StaticString, _ result: StaticString, _ domain: Bytes?, reason: Bytes, _ fact: Fact
  ) {
    append(method, Bytes(result), domain, reason: reason, fact)
  }

  private static func append(_ method: StaticString, _ result: Bytes, _ domain: Bytes?, reason: Bytes, _ fact: Fact) {
    let reason = reason.last == UInt8(ascii: ";") ? reason.dropLast() : reason
    fact.results.append(
      AuthenticationResult(
        method: Bytes(method), result: result, domain: domain.flatMap { $0.isEmpty ? nil : $0 },
        reason: reason.isEmpty ? nil : reason))
  }

  /// What stands behind `R_DKIM_`, `R_SPF_` and `ARC_`.
  private static func word(_ suffix: Bytes) -> Bytes? {
    if suffix == "ALLOW" { return Bytes("pass") }
    if suffix == "REJECT" || suffix == "FAIL" { return Bytes("fail") }
    if suffix == "SOFTFAIL" { return Bytes("softfail") }
    if suffix == "NEUTRAL" { return Bytes("neutral") }
    if suffix == "NA" { return Bytes("none") }
    if suffix == "TEMPFAIL" || suffix == "DNSFAIL" { return Bytes("temperror") }
    return suffix == "PERMFAIL" || suffix == "INVALID" ? Bytes("permerror") : nil
  }
}
