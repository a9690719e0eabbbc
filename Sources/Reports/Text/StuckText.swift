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
    out.write(terminal.styled(recipients + causes + ".", .bold) + "\n")
    for group in groups { write(group, &out) }
  }

  private func write(_ group: StuckGroup, _ out: inout ByteWriter) {
    var head = "\(Quantities.count(group.count)) \(group.outcome.rawValue)"
    if let relay = group.relay { head += ", next host \(Escaping.shown(relay))" }
    if let domain = group.domain { head += ", to \(Escaping.shown(domain))" }
    head += ", oldest since \(Quantities.time(group.oldest, zone))"
    out.write("\n" + terminal.styled(Wrapping.wrap(head, width: terminal.width, indent: 2), .yellow) + "\n")
    out.write("  " + Wrapping.wrap(Escaping.shown(group.reason), width: terminal.width, indent: 2) + "\n")
    var table = Columns([.left, .left, .left])
    for message in group.messages {
      let queueID = message.hops.last?.queueID ?? message.messageID ?? []
      let recipients = message.recipients.filter { $0.outcome == group.outcome }
      let first = recipients.first?.address.map { Escaping.shown($0) } ?? "(recipient not named)"
      table.add([
        Escaping.shown(message.hops.last?.host ?? []) + "/" + Escaping.shown(queueID),
        Quantities.time(message.firstSeen, zone, offset: false),
        first + (recipients.count > 1 ? " and \(recipients.count - 1) more" : ""),
      ])
    }
    table.write(to: &out, indent: 4, width: terminal.width, overflow: .wrap)
    let named = group.messages.reduce(0) { $0 + $1.recipients.count { $0.outcome == group.outcome } }
    if named < group.count { out.write("    … see --limit 0 for all\n") }
  }
}
