import Bytes
import Facts

/// Writes the heads of raw messages; one that is there already, from whatever source, stays as it is.
final class RawMessageRows {
  private let insert: Statement
  private let field: Statement
  private var nextRow: Int64

  init(_ database: Database) throws(StoreError) {
    insert = try database.prepare(
      """
      INSERT OR IGNORE INTO raw_message (id, identity, source, offset, size, message_id, subject, sender, recipient, date)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
      """)
    field = try database.prepare(
      """
      INSERT INTO received (raw_message, n, by_host, from_host, client_name, client_address, protocol, queue_id, recipient,
        time)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    nextRow = (try database.integer("SELECT max(id) FROM raw_message") ?? 0) + 1
  }

  func add(_ message: MessageFact) throws(StoreError) {
    insert.bind(1, nextRow)
    insert.bind(2, message.identity)
    insert.bind(3, Int64(message.source))
    insert.bind(4, message.offset)
    insert.bind(5, message.size)
    insert.bind(6, text: message.messageID)
    insert.bind(7, text: message.subject)
    insert.bind(8, text: message.sender)
    insert.bind(9, text: message.recipient)
    insert.bind(10, message.date?.microseconds)
    let isNew = try insert.step()
    insert.reset()
    guard isNew else { return }
    for (n, received) in message.received.enumerated() {
      field.bind(1, nextRow)
      field.bind(2, Int64(n))
      field.bind(3, text: received.by)
      field.bind(4, text: received.from)
      field.bind(5, text: received.clientName)
      field.bind(6, text: received.clientAddress)
      field.bind(7, text: received.protocol)
      field.bind(8, text: received.id)
      field.bind(9, text: received.recipient)
      field.bind(10, received.time?.microseconds)
      try field.run()
    }
    nextRow += 1
  }
}
