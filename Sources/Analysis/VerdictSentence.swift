import Bytes
import Facts

extension MessageTrace {
  /// Sets the outcome and the sentence from the recipients.
  mutating func conclude() {
    let outcomes = Set(recipients.map(\.outcome))
    outcome = outcomes.count == 1 ? outcomes.first : outcomes.isEmpty ? .unknown : nil
    verdict = sentence
  }

  /// Where the message is and why, in one sentence.
  private var sentence: String {
    let ends = recipients.filter { $0.outcome != .expanded }
    if ends.isEmpty {
      return recipients.isEmpty ? "Accepted, but no delivery was seen." : "Expanded to other recipients."
    }
    if ends.count == 1 { return VerdictSentence.one(ends[0]) }
    let kinds = Outcome.allCases.compactMap { outcome in
      let count = ends.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome.rawValue)" : nil
    }
    let worst = ends.filter { $0.outcome != .delivered && $0.outcome != .relayed }
      .max { ($0.lastAttempt ?? firstSeen) < ($1.lastAttempt ?? firstSeen) }
    if kinds.count == 1, worst != nil {
      let all = VerdictSentence.one(ends[0], named: false)
      if ends.allSatisfy({ VerdictSentence.one($0, named: false) == all }) {
        return (ends.count == 2 ? "Both" : "All \(ends.count)") + " recipients: " + VerdictSentence.lowercased(all)
      }
    }
    let counts = kinds.count == 1 ? "all " + kinds[0].split(separator: " ")[1] : kinds.joined(separator: ", ")
    guard let worst else {
      return "\(ends.count) recipients: \(counts)\(kinds.count == 1 ? VerdictSentence.place(of: ends) : "")."
    }
    return "\(ends.count) recipients: \(counts). " + VerdictSentence.one(worst)
  }
}

private enum VerdictSentence {
  static func one(_ recipient: RecipientTrace, named: Bool = true) -> String {
    let address = text(recipient.address)
    let who = named ? address.map { " \($0)" } ?? "" : ""
    let to = named ? address.map { " to \($0)" } ?? "" : ""
    let host = text(recipient.host) ?? "the host"
    let relay = text(recipient.relay?.name ?? recipient.relay?.address)
    let why = reason(recipient)
    switch recipient.outcome {
    case .delivered:
      let box = text(recipient.mailbox).map { " into \($0)" } ?? ""
      return "Delivered\(to)\(box) on \(host)\(duration(recipient))."
    case .relayed:
      return
        "Relayed\(to.isEmpty ? "" : " for\(who)") by \(host) to \(relay ?? "the next host")\(duration(recipient)); its log is not here."
    case .deferred:
      let tries = recipient.attempts == 1 ? "1 attempt" : "\(recipient.attempts) attempts"
      return "Still queued on \(host)\(to.isEmpty ? "" : " for\(who)") after \(tries)\(why)."
    case .bounced:
      // A transport of the host itself is no other host that refused.
      let isRemote = recipient.relay?.address.map { !$0.contains(0x2F) } ?? false
      let by = isRemote ? relay.map { ", refused by \($0)" } ?? "" : ""
      return "Bounced\(to.isEmpty ? "" : " for\(who)") on \(host)\(by)\(isRemote ? withoutSpeaker(why) : why)."
    case .expired: return "Expired in the queue of \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .rejected:
      let stage = text(recipient.stage).map { " at \($0.uppercased())" } ?? ""
      let isTemporary = recipient.code.map { (400..<500).contains($0) } ?? false
      return "Refused\(isTemporary ? " for now" : "") by \(host)\(stage)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .discarded:
      let how = text(recipient.reason) == "operator" ? " by an operator" : why
      return "Discarded on \(host)\(to.isEmpty ? "" : " for\(who)")\(how)."
    case .held:
      // What it was put off with before is not why it is on hold.
      let last = recipient.attempts > 0 && !why.isEmpty ? ", put off before" : ""
      return "On hold in the queue of \(host)\(to.isEmpty ? "" : " for\(who)")\(last)\(why)."
    case .quarantined: return "In quarantine on \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .expanded: return "Expanded to other recipients on \(host)."
    case .unknown: return "Accepted by \(host)\(to.isEmpty ? "" : " for\(who)"), but no end was seen."
    }
  }

  /// `: host mx[192.0.2.1] said: 550 no` as `: 550 no`, where the host was just named.
  private static func withoutSpeaker(_ why: String) -> String {
    guard why.hasPrefix(": host ") else { return why }
    for words in [" said: ", " refused to talk to me: "] {
      let parts = why.split(separator: words, maxSplits: 1)
      if parts.count == 2 { return ": " + parts[1] }
    }
    return why
  }

  /// Where all of them ended, if it is one host, and when the last of them did: ` on mx1 after 2.51 s`.
  static func place(of recipients: [RecipientTrace]) -> String {
    let hosts = Set(recipients.map(\.host))
    guard hosts.count == 1, let last = recipients.max(by: { ($0.delay ?? -1) < ($1.delay ?? -1) }) else { return "" }
    return "\(last.outcome == .relayed ? " by" : " on") \(text(last.host) ?? "the host")\(duration(last))"
  }

  static func lowercased(_ sentence: String) -> String { sentence.prefix(1).lowercased() + sentence.dropFirst() }

  private static func reason(_ recipient: RecipientTrace) -> String {
    guard let reason = text(recipient.reason ?? recipient.reply), !reason.isEmpty else { return "" }
    return ": " + (reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
  }

  private static func duration(_ recipient: RecipientTrace) -> String {
    // Stamps of whole seconds cannot tell that from none.
    recipient.delay.map { $0 == 0 ? " within a second" : " after " + Quantities.duration($0) } ?? ""
  }

  private static func text(_ bytes: Text?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
