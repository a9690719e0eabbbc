package import Analysis
package import Bytes
import Facts

/// A message's story as text: the answer first, then the path, host by host, then the recipients and verdicts.
package struct TraceText {
  private let terminal: Terminal
  private let zone: TimeZone

  package init(terminal: Terminal, zone: TimeZone) {
    self.terminal = terminal
    self.zone = zone
  }

  package func write(_ message: MessageTrace, to out: inout ByteWriter) {
    let verdict = Wrapping.wrap(Escaping.shown(Array(message.verdict.utf8)), width: terminal.width, indent: 0)
    out.write(terminal.styled(verdict, style(of: message.outcome)) + "\n\n")
    writeHead(message, &out)
    out.write("\n")
    for step in HopOrder.steps(of: message.hops) { write(message.hops[step.hop], depth: step.depth, &out) }
    writeRecipients(message, &out)
    writeVerdicts(message, &out)
    for child in message.children {
      let id = Escaping.shown(child.queueID ?? child.messageID ?? [])
      out.write("Child: \(Escaping.shown(Array(child.relation.utf8))) \(id)\n")
    }
    for next in message.continuations { out.write("Perhaps goes on as \(shown(next))\n") }
    writeClocks(message.clockOffsets, &out)
    writeEvidence(message.evidence, &out)
  }

  private func writeHead(_ message: MessageTrace, _ out: inout ByteWriter) {
    var table = Columns([.left, .left])
    if let id = message.messageID { table.add(["Message-ID", "<\(Escaping.shown(id))>"]) }
    if let sender = message.sender {
      table.add(["From", sender.isEmpty ? "<> (null sender)" : Escaping.shown(sender)])
    }
    if let subject = message.subject { table.add(["Subject", Escaping.shown(subject)]) }
    if let size = message.size { table.add(["Size", Quantities.bytes(size)]) }
    let last = Quantities.time(message.lastSeen, zone)
    table.add(["Seen", Quantities.time(message.firstSeen, zone, offset: false) + " – " + last])
    table.write(to: &out)
  }

  // MARK: Hops

  private func write(_ hop: HopTrace, depth: Int, _ out: inout ByteWriter) {
    let indent = String(repeating: " ", count: min(depth, Limits.shownDepth) * 3)
    let inner = indent + (depth > 0 ? "      " : "   ")
    let branch = indent + (depth > 0 ? "└─ " : "")
    let host = Escaping.shown(hop.host)
    let queueID = hop.queueID.map { " " + Escaping.shown($0) } ?? ""
    let times = times(of: hop)
    out.write(branch + terminal.styled(host, .bold) + queueID)
    if !times.isEmpty {
      let isRoom = Escaping.width(branch + host + queueID + times) + 2 <= terminal.width
      out.write((isRoom ? "  " : "\n" + inner) + times)
    }
    out.write("\n")
    let origin = describeOrigin(hop)
    if !origin.isEmpty { out.write(terminal.styled(inner + origin, .dim) + "\n") }
    if let from = hop.from, from.grade != "certain" {
      let isGuess = from.grade == "guess"
      out.write(inner + (isGuess ? "perhaps from \(shown(from))" : "joined by \(from.rule), \(from.grade)") + "\n")
    }
    writeDeliveries(hop, inner, &out)
  }

  /// When it came, and when it went or where it stands: `2026-10-24 02:11:09 → 04:57:49 (2 h 46 m)`.
  private func times(of hop: HopTrace) -> String {
    var times = hop.accepted.map { Quantities.time($0, zone, offset: false) } ?? ""
    if let released = hop.released, let custody = hop.custody {
      times += " → " + shortTime(released, after: hop.accepted) + " (\(Quantities.duration(custody)))"
    } else if let witness = hop.witness {
      times += (times.isEmpty ? "" : " ") + "(\(Escaping.shown(witness)))"
    } else if hop.queueID != nil && hop.accepted != nil {
      times += " → " + standing(of: hop)
    }
    return times
  }

  private func standing(of hop: HopTrace) -> String {
    switch hop.standing {
    case .held: "on hold"
    case .deferred: "still queued"
    case .rejected: "refused"
    case .discarded: "discarded"
    default: "no end seen"
    }
  }

  /// A hop that is guessed by its Message-ID.
  private func shown(_ guess: LinkTrace) -> String {
    Escaping.shown(Array(guess.hop.utf8)) + " (same Message-ID, a \(guess.grade))"
  }

  private func describeOrigin(_ hop: HopTrace) -> String {
    var parts: [String] = []
    if let client = hop.client { parts.append("from " + describe(client)) }
    if let helo = hop.helo { parts.append("helo " + Escaping.shown(helo)) }
    if let tls = hop.tls { parts.append(Escaping.shown(tls.version)) }
    if let user = hop.user { parts.append("user " + Escaping.shown(user)) }
    return parts.joined(separator: ", ")
  }

  private func writeDeliveries(_ hop: HopTrace, _ indent: String, _ out: inout ByteWriter) {
    var retries: [Text: (count: Int, last: DeliveryTrace)] = [:]
    for delivery in hop.deliveries where delivery.status == "deferred" {
      retries[delivery.recipient] = ((retries[delivery.recipient]?.count ?? 0) + 1, delivery)
    }
    var done: Set<Text> = []
    for delivery in hop.deliveries {
      guard delivery.status == "deferred", let all = retries[delivery.recipient], all.count > 3 else {
        write(delivery, indent, "", &out)
        continue
      }
      guard done.insert(delivery.recipient).inserted else { continue }
      let since = Quantities.time(delivery.time, zone, offset: false)
      write(all.last, indent, "\(Quantities.count(all.count)) attempts since \(since), last ", &out)
    }
  }

  private func write(_ delivery: DeliveryTrace, _ indent: String, _ prefix: String, _ out: inout ByteWriter) {
    var text = prefix + Quantities.time(delivery.time, zone, offset: false) + " "
    text += terminal.styled(
      delivery.status, delivery.status == "sent" ? .green : delivery.status == "deferred" ? .yellow : .red)
    text += " " + Escaping.shown(delivery.recipient)
    if let original = delivery.originalRecipient { text += " (for \(Escaping.shown(original)))" }
    if let relay = delivery.relay { text += " to " + describe(relay) }
    if !delivery.reply.isEmpty { text += ": " + Escaping.shown(delivery.reply) }
    out.write(indent + Wrapping.wrap(text, width: terminal.width, indent: indent.count + 3) + "\n")
  }

  private func describe(_ peer: PeerTrace) -> String {
    let name = peer.name.map { Escaping.shown($0) }
    let address = peer.address.map { "[" + Escaping.shown($0) + "]" }
    return (name ?? "") + (address ?? "") + (peer.port.map { ":\($0)" } ?? "")
  }

  /// Only the time of day where the date is that of `start`.
  private func shortTime(_ time: Timestamp, after start: Timestamp?) -> String {
    let text = Quantities.time(time, zone, offset: false)
    guard let start, Quantities.day(start, zone) == Quantities.day(time, zone) else { return text }
    return String(text.dropFirst(11))
  }

  // MARK: Recipients and verdicts

  private func writeRecipients(_ message: MessageTrace, _ out: inout ByteWriter) {
    guard !message.recipients.isEmpty else { return }
    out.write("\n")
    var table = Columns([.left, .left, .left, .right, .right, .left])
    table.add(["Recipient", "Outcome", "Where", "Tries", "After", ""])
    for recipient in message.recipients {
      let name = recipient.address.map { Escaping.shown($0) } ?? "(not named)"
      let original = recipient.originalAddress.map { "for " + Escaping.shown($0) }
      let mailbox = recipient.mailbox.map { "into " + Escaping.shown($0) }
      table.add([
        name, recipient.outcome.rawValue, Escaping.shown(recipient.host),
        recipient.attempts > 0 ? "\(recipient.attempts)" : "–",
        recipient.delay.map { Quantities.duration($0) } ?? "–",
        [original, mailbox, untriedReason(recipient)].compactMap { $0 }.joined(separator: ", "),
      ])
    }
    table.write(to: &out, width: terminal.width, overflow: .wrap)
  }

  /// Why a recipient got no attempt: no delivery above tells it.
  private func untriedReason(_ recipient: RecipientTrace) -> String? {
    guard recipient.attempts == 0, let words = recipient.reply ?? recipient.reason else { return nil }
    return Escaping.shown(words)
  }

  private func writeVerdicts(_ message: MessageTrace, _ out: inout ByteWriter) {
    guard !message.authentication.isEmpty || !message.spam.isEmpty else { return }
    out.write("\n")
    var table = Columns([.left, .left, .left])
    for result in message.authentication {
      var detail: [String] = []
      if let domain = result.domain { detail.append(Escaping.shown(domain)) }
      if let selector = result.selector { detail.append("selector " + Escaping.shown(selector)) }
      if let reason = result.reason { detail.append(Escaping.shown(reason)) }
      detail.append("by \(Escaping.shown(result.source)) on \(Escaping.shown(result.by))")
      // A signature that was added, and not checked.
      let word = result.result.isEmpty ? "signed" : Escaping.shown(result.result)
      table.add([Escaping.shown(result.method), word, detail.joined(separator: ", ")])
    }
    for spam in message.spam {
      var score = ""
      if let points = spam.score { score = decimal(points) + (spam.required.map { " of " + decimal($0) } ?? "") }
      let action = spam.action.map { Escaping.shown($0) } ?? "–"
      let detail = [score, spam.reason.map { Escaping.shown($0) } ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
      table.add([Escaping.shown(spam.engine), action, detail])
    }
    table.write(to: &out, width: terminal.width, overflow: .wrap)
  }

  /// Whether two zones are so far apart: whole quarters of an hour.
  private func isOfZone(_ offset: Int64) -> Bool {
    let quarter: UInt64 = 900_000_000
    let rest = offset.magnitude % quarter
    return offset.magnitude > quarter / 2 && min(rest, quarter - rest) < 5_000_000
  }

  private func writeClocks(_ offsets: [ClockOffset], _ out: inout ByteWriter) {
    for offset in offsets {
      // Stamps of whole seconds tell no more than seconds.
      let seconds = (min(offset.offset.magnitude, UInt64(Int64.max) - 500_000) + 500_000) / 1_000_000
      let apart = Quantities.duration(Int64(seconds) * 1_000_000)
      let sentence =
        "The clock of \(Escaping.shown(offset.to)) is \(apart) \(offset.offset < 0 ? "behind" : "ahead of") that of "
        + "\(Escaping.shown(offset.from)), by \(offset.samples) hop\(offset.samples == 1 ? "" : "s")."
      out.write(Wrapping.wrap(sentence, width: terminal.width, indent: 0) + "\n")
    }
    if offsets.isEmpty { return }
    out.write("Times stand as logged; how long it took on the whole is corrected.\n")
    if offsets.contains(where: { isOfZone($0.offset) }) {
      out.write("So many hours may come from a log that was read in a wrong time zone: see --log-timezone.\n")
    }
  }

  private func decimal(_ millionths: Int64) -> String {
    var out = ByteWriter()
    out.write(millionths: millionths)
    return out.string
  }

  private func writeEvidence(_ evidence: [EvidenceLine]?, _ out: inout ByteWriter) {
    guard let evidence else { return }
    out.write("\nEvidence\n")
    for line in evidence {
      let place = "\(Escaping.shown(Array(line.source.utf8))):\(line.line)"
      out.write(
        terminal.styled(place, .dim) + " "
          + (line.text.map { Escaping.shown($0) } ?? "(the source is gone or has changed)") + "\n")
    }
  }

  private func style(of outcome: Outcome?) -> Terminal.Style {
    switch outcome {
    case .delivered, .relayed, .expanded: .green
    case .bounced, .expired, .rejected, .discarded: .red
    default: .yellow
    }
  }
}
