package import Bytes
package import Correlation

/// A raw message that speaks of itself: what its header says, and each host that it passed, oldest first.
package struct RawMessageRow {
  package var subject: [UInt8]?
  package var sender: [UInt8]?
  package var recipient: [UInt8]?
  package var size: Int64
  package var date: Timestamp?
  package var received: [ReceivedRow] = []
}

/// A `Received` field (RFC 5321 §4.4).
package struct ReceivedRow {
  package var by: [UInt8]?
  package var from: [UInt8]?
  package var clientName: [UInt8]?
  package var clientAddress: [UInt8]?
  package var `protocol`: [UInt8]?
  package var queueID: [UInt8]?
  package var time: Timestamp?
}

extension TraceReading {
  /// The first raw message with this Message-ID.
  package func rawMessage(messageID: [UInt8]) throws(StoreError) -> RawMessageRow? {
    let row = rawMessageByID
    defer { row.reset() }
    row.bind(1, text: messageID)
    guard try row.step() else { return nil }
    var message = RawMessageRow(size: row.integer(4))
    message.subject = row.optionalBytes(1)?.array
    message.sender = row.optionalBytes(2)?.array
    message.recipient = row.optionalBytes(3)?.array
    message.date = row.optionalInteger(5).map(Timestamp.init(microseconds:))
    let fields = try store.database.prepare(
      """
      SELECT by_host, from_host, client_name, client_address, protocol, queue_id, time FROM received
      WHERE raw_message = ? ORDER BY n
      """)
    fields.bind(1, row.integer(0))
    while try fields.step() {
      func text(_ column: Int) -> [UInt8]? { fields.optionalBytes(column)?.array }
      message.received.append(
        ReceivedRow(
          by: text(0), from: text(1), clientName: text(2), clientAddress: text(3), protocol: text(4), queueID: text(5),
          time: fields.optionalInteger(6).map(Timestamp.init(microseconds:))))
    }
    return message
  }

  /// How far the clock of `to` is ahead of that of `from`, in microseconds, by the hops near `time` that `from` handed over.
  ///
  /// A hand-over is seen twice: when `to` accepted, and when `from` had transmitted, less what the transmission took.
  package func clockOffsets(from: NameID, to: NameID, near time: Timestamp) throws(StoreError) -> [Int64] {
    let row = try store.database.prepare(
      """
      SELECT min(c.accepted - d.time + ifnull(d.transmission, 0))
      FROM hop c JOIN hop p ON p.id = c.parent JOIN delivery d ON d.hop = p.id AND d.next_queue_id = c.queue_id
      WHERE c.first BETWEEN ?1 - 1800000000 AND ?1 + 1800000000 AND c.host = ?2 AND p.host = ?3 AND c.accepted IS NOT NULL
      GROUP BY c.id LIMIT 1001
      """)
    row.bind(1, time.microseconds)
    row.bind(2, try store.dictionaries.hosts.row(to))
    row.bind(3, try store.dictionaries.hosts.row(from))
    return try row.integers().sorted()
  }
}
