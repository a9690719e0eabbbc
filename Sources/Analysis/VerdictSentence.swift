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
    if kinds.count == 1, let only = ends.first, worst != nil {
      return "All \(ends.count) recipients: " + VerdictSentence.lowercased(VerdictSentence.one(only, named: false))
    }
    let counts = kinds.count == 1 ? "all " + kinds[0].split(separator: " ")[1] : kinds.joined(separator: ", ")
    guard let worst else { return "\(ends.count) recipients: \(counts)." }
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
      return "Bounced\(to.isEmpty ? "" : " for\(who)") on \(host)\(relay.map { ", refused by \($0)" } ?? "")\(why)."
    case .expired: return "Expired in the queue of \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .rejected:
      let stage = text(recipient.stage).map { " at \($0.uppercased())" } ?? ""
      return "Refused by \(host)\(stage)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .discarded: return "Discarded on \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .held: return "On hold in the queue of \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .quarantined: return "In quarantine on \(host)\(to.isEmpty ? "" : " for\(who)")\(why)."
    case .expanded: return "Expanded to other recipients on \(host)."
    case .unknown: return "Accepted by \(host)\(to.isEmpty ? "" : " for\(who)"), but no end was seen."
    }
  }

  static func lowercased(_ sentence: String) -> String { sentence.prefix(1).lowercased() + sentence.dropFirst() }

  private static func reason(_ recipient: RecipientTrace) -> String {
    guard let reason = text(recipient.reason ?? recipient.reply), !reason.isEmpty else { return "" }
    return ": " + (reason.hasSuffix(".") ? String(reason.dropLast()) : reason)
  }

  private static func duration(_ recipient: RecipientTrace) -> String {
    guard let delay = recipient.delay else { return "" }
    let seconds = delay / 1_000_000
    if seconds < 10 { return " after \(Double(delay / 10_000) / 100) s" }
    if seconds < 120 { return " after \(seconds) s" }
    if seconds < 7200 { return " after \(seconds / 60) min" }
    return " after \(seconds / 3600) h \(seconds / 60 % 60) min"
  }

  private static func text(_ bytes: Text?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
