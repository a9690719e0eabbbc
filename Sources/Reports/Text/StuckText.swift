package import Analysis
package import Bytes
import Facts

/// What is not at its end, as text: a cause, then its messages.
package struct StuckText {
  private let terminal: Terminal
  private let zone: TimeZone

  package init(terminal: Terminal, zone: TimeZone) {
    self.terminal = terminal
    self.zone = zone
  }

  package func write(_ groups: [StuckGroup], to out: inout ByteWriter) {
    if groups.isEmpty {
      out.write("Nothing is stuck.\n")
      return
    }
    let total = groups.reduce(0) { $0 + $1.count }
    let recipients =
      total == 1 ? "1 recipient is not at its end" : "\(Quantities.count(total)) recipients are not at their end"
    let causes = groups.count == 1 ? "" : ", for \(Quantities.count(groups.count)) causes"
    let sentence = recipients + causes + ". Times are those of \(zone.name)."
    out.write(terminal.styled(Wrapping.wrap(sentence, width: terminal.width, indent: 0), .bold) + "\n")
    for group in groups { write(group, &out) }
  }

  /// The hop in which it is stuck: others may have gone on with other recipients.
  private static func hop(of message: MessageTrace, where outcome: Outcome, on host: Text?) -> HopTrace? {
    message.hops.last { $0.standing == outcome && $0.host == host }
      ?? message.hops.last { $0.host == host && $0.queueID != nil } ?? message.hops.last
  }

  private func write(_ group: StuckGroup, _ out: inout ByteWriter) {
    var head = "\(Quantities.count(group.count)) \(group.outcome.rawValue)"
    if let relay = group.relay { head += ", next host \(Escaping.shown(relay))" }
    if let domain = group.domain { head += ", to \(Escaping.shown(domain))" }
    head += ", oldest since \(Quantities.time(group.oldest, zone, offset: false))"
    out.write("\n" + terminal.styled(Wrapping.wrap(head, width: terminal.width, indent: 2), .yellow) + "\n")
    out.write("  " + Wrapping.wrap(Escaping.shown(group.reason), width: terminal.width, indent: 2) + "\n")
    var table = Columns([.left, .left, .left])
    for message in group.messages {
      let recipients = message.recipients.filter { $0.outcome == group.outcome }
      let hop = StuckText.hop(of: message, where: group.outcome, on: recipients.first?.host)
      let queueID = hop?.queueID ?? message.messageID ?? []
      let first = recipients.first?.address.map { Escaping.shown($0) } ?? "(recipient not named)"
      table.add([
        Escaping.shown(hop?.host ?? []) + "/" + Escaping.shown(queueID),
        Quantities.time(message.firstSeen, zone, offset: false),
        first + (recipients.count > 1 ? " and \(recipients.count - 1) more" : ""),
      ])
    }
    table.write(to: &out, indent: 4, width: terminal.width, overflow: .wrap)
    let named = group.messages.reduce(0) { $0 + $1.recipients.count { $0.outcome == group.outcome } }
    if named < group.count { out.write("    … see --limit 0 for all\n") }
  }
}
