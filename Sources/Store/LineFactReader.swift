import Bytes
import Correlation
import Facts

/// Reads line facts from rows.
package final class LineFactReader {
  private let dictionaries: Dictionaries

  /// The columns of `verdict`, in the order in which `verdict(_:)` reads them.
  static let verdictColumns = """
    host, pid, identity, time, program, event, queue_id, message_id, client, sender, recipient, engine, action, result,
    score, required, user, mechanism, target, mailbox, reason, results, symbols, count, source, line, offset
    """

  /// The columns of `rejection`, in the order in which `rejection(_:)` reads them.
  static let rejectionColumns = """
    host, pid, identity, time, program, queue_id, client, helo, protocol, sender, recipient, stage, code, enhanced_code,
    engine, action, reply, reason, count, source, line, offset
    """

  init(dictionaries: Dictionaries) { self.dictionaries = dictionaries }

  func verdict(_ row: Statement) throws(StoreError) -> LineFact {
    let event = Event(rawValue: UInt8(truncatingIfNeeded: row.integer(5))) ?? .other
    let line = try start(row, event: event, count: 23)
    line[.queueID] = row.bytes(6)
    line[.messageID] = row.bytes(7)
    line.client = try dictionaries.clients.name(ofRow: row.integer(8))
    line.sender = try address(row, 9)
    line.recipient = try address(row, 10)
    line.engine = try dictionaries.words.name(ofRow: row.integer(11))
    line.action = try dictionaries.words.name(ofRow: row.integer(12))
    line.result = try dictionaries.words.name(ofRow: row.integer(13))
    line.score = row.optionalInteger(14)
    line.required = row.optionalInteger(15)
    line.user = try dictionaries.words.name(ofRow: row.integer(16))
    line.mechanism = try dictionaries.words.name(ofRow: row.integer(17))
    line[.target] = row.bytes(18)
    line[.mailbox] = row.bytes(19)
    line[.reason] = row.bytes(20)
    line[.results] = row.bytes(21)
    line[.symbols] = row.bytes(22)
    return line
  }

  func rejection(_ row: Statement) throws(StoreError) -> LineFact { try rejection(row, namesAddresses: true) }

  /// The envelope of a refusal; 0 where it lacks the sender or the recipient.
  func envelope(_ row: Statement) throws(StoreError) -> UInt64 {
    guard let sender = try address(row, 9), let recipient = try address(row, 10) else { return 0 }
    let addresses = dictionaries.lexicon.addresses
    return LineFact.envelope(addresses[sender], addresses[recipient])
  }

  func rejection(_ row: Statement, namesAddresses: Bool) throws(StoreError) -> LineFact {
    let line = try start(row, event: .reject, count: 18)
    line[.queueID] = row.bytes(5)
    line.client = try dictionaries.clients.name(ofRow: row.integer(6))
    line[.helo] = row.bytes(7)
    line.protocol = try dictionaries.words.name(ofRow: row.integer(8))
    if namesAddresses {
      line.sender = try address(row, 9)
      line.recipient = try address(row, 10)
    }
    line.stage = try dictionaries.words.name(ofRow: row.integer(11))
    line.code = Int16(truncatingIfNeeded: row.integer(12))
    line.enhancedCode = try dictionaries.words.name(ofRow: row.integer(13))
    line.engine = try dictionaries.words.name(ofRow: row.integer(14))
    line.action = try dictionaries.words.name(ofRow: row.integer(15))
    line[.reply] = row.bytes(16)
    line[.reason] = row.bytes(17)
    return line
  }

  private func start(_ row: Statement, event: Event, count: Int) throws(StoreError) -> LineFact {
    LineFact(
      event: event, time: Timestamp(microseconds: row.integer(3)),
      host: try dictionaries.hosts.name(ofRow: row.integer(0)),
      program: try dictionaries.words.name(ofRow: row.integer(4)), pid: row.integer(1), identity: row.integer(2),
      count: Int32(truncatingIfNeeded: row.integer(count)),
      evidence: Evidence(
        source: Int32(truncatingIfNeeded: row.integer(count + 1)), line: row.integer(count + 2),
        offset: row.integer(count + 3)))
  }

  private func address(_ row: Statement, _ column: Int) throws(StoreError) -> NameID? {
    guard let id = row.optionalInteger(column) else { return nil }
    return try dictionaries.addresses.name(ofRow: id)
  }
}
