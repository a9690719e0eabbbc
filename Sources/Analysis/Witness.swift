import Bytes
import Correlation
import Facts
import Store

/// What a raw message's own header testifies, beside the logs.
enum Witness {
  /// Completes hops that the logs have, and adds those that only a `Received` field names.
  static func add(_ raw: RawMessageRow, to trace: inout MessageTrace) {
    trace.subject = trace.subject ?? raw.subject
    trace.sender = trace.sender ?? raw.sender
    trace.size = trace.size ?? raw.size
    for (number, field) in raw.received.enumerated() {
      guard let by = field.by else { continue }
      if let index = trace.hops.firstIndex(where: { isSame($0, by, field) }) {
        trace.hops[index].helo = trace.hops[index].helo ?? field.from
        trace.hops[index].protocol = trace.hops[index].protocol ?? field.protocol
        if trace.hops[index].client == nil { trace.hops[index].client = client(field) }
        continue
      }
      var hop = HopTrace(id: "received/\(number + 1)", host: by)
      hop.queueID = field.queueID
      hop.accepted = field.time
      hop.client = client(field)
      hop.helo = field.from
      hop.protocol = field.protocol
      hop.witness = Array("Received field".utf8)
      trace.hops.append(hop)
    }
  }

  private static func isSame(_ hop: HopTrace, _ by: Text, _ field: ReceivedRow) -> Bool {
    guard let id = field.queueID, hop.queueID == id else { return false }
    return hop.host.withBytes { host in by.withBytes { HostName.same(host, $0) } }
  }

  private static func client(_ field: ReceivedRow) -> PeerTrace? {
    guard field.clientName != nil || field.clientAddress != nil else { return nil }
    return PeerTrace(name: field.clientName, address: field.clientAddress)
  }
}
