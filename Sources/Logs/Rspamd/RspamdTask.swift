import Bytes
import Facts

/// The lines in which `rspamd` speaks of one message as a whole.
enum RspamdTask {
  /// `id: <a@example.org>, qid: <EE52D1662A6>, ip: 192.0.2.1, user: u, from: <b@example.org>, (default: F (no action):`
  /// `[-0.90/15.00] [R_DKIM_ALLOW(-0.20){example.org:s=s1;},…]), len: 4010, time: 3.746ms, …, rcpts: <c@example.net>,`
  /// `…`
  static func readLog(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("id: "), takeIdentity(&cursor, fact), takeAction(&cursor, fact), takeScore(&cursor, fact),
      RspamdSymbols.take(&cursor, fact), cursor.take("), len: ") || cursor.take(", len: "),
      let size = cursor.takeInteger(), cursor.take(", ")
    else { return .unrecognized }
    fact[.size] = size
    takeTail(&cursor, fact)
    fact[.engine] = Bytes("rspamd")
    fact.event = .filter
    return .recognized
  }

  /// `<a@example.org>, qid: <EE52D1662A6>, ip: 192.0.2.1, user: u, from: <b@example.org>, `, up to the verdict's
  /// parenthesis.
  private static func takeIdentity(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    let text = cursor.rest
    // The Message-ID is whatever the sender wrote: it ends at the last queue id, address or sender before the verdict.
    guard let verdict = text.firstIndex(of: "): ["), let open = beginOfVerdict(text.prefix(verdict)) else {
      return false
    }
    let head = text.prefix(open)
    var rest = ByteCursor(head)
    guard let end = head.lastIndex(of: ">, qid: <") ?? head.lastIndex(of: ">, ip: ") ?? head.lastIndex(of: ">,") else {
      return false
    }
    let id = head.prefix(end + 1)
    if id.first == UInt8(ascii: "<") && id.count > 2 && !(id == "<undef>") { fact[.messageID] = id[1..<end] }
    rest.position = end + 1
    if rest.take(", qid: <"), let queueID = rest.take(through: ">"), !queueID.isEmpty, !(queueID == "undef") {
      fact[.queueID] = queueID
    }
    if rest.take(", ip: ") {
      let address = rest.take { $0 != UInt8(ascii: ",") }
      if !address.isEmpty && !(address == "undef") { fact[.clientAddress] = address }
    }
    if rest.take(", user: ") { fact[.user] = rest.take { $0 != UInt8(ascii: ",") } }
    if rest.take(", from: "), let sender = AddressList.takeAddress(&rest) { fact[.sender] = sender }
    cursor.position += open
    return true
  }

  /// Where `(default: F (no action` or, in a shorter format, `(no action` begins.
  private static func beginOfVerdict(_ text: Bytes) -> Int? {
    text.lastIndex(of: "(default: ") ?? text.lastIndex(of: UInt8(ascii: "("))
  }

  /// `(default: F (no action): [`: the action; a message that was skipped has no verdict of its own.
  private static func takeAction(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    if cursor.take("(default: ") {
      guard let flag = cursor.peek, cursor.take(flag), cursor.take(" ") else { return false }
      if flag == UInt8(ascii: "T") { fact[.result] = Bytes("spam") }
      if flag == UInt8(ascii: "F") { fact[.result] = Bytes("clean") }
    }
    guard cursor.take("("), let action = cursor.take(through: "): ["), !action.isEmpty else { return false }
    fact[.action] = action
    return true
  }

  /// `15.10/15.00] [`
  private static func takeScore(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    guard let score = cursor.take(through: "/"), let required = cursor.take(through: "] ["),
      let points = score.millionths
    else { return false }
    fact[.score] = points
    // A metric without a limit writes `nan`.
    fact[.required] = required.millionths
    return true
  }

  /// `time: 3.746ms, dns req: 29, digest: <…>, rcpts: <a@example.net,b@example.net>, mime_rcpts: <…>, forced: reject`
  /// `"…"; …`
  private static func takeTail(_ cursor: inout ByteCursor, _ fact: Fact) {
    if cursor.take("time: "), let milliseconds = cursor.take(through: "ms"), let time = milliseconds.millionths {
      fact[.delay] = time / 1000
    }
    let tail = cursor.rest
    if let start = tail.firstIndex(of: ", rcpts: <") {
      var list = ByteCursor(tail.dropFirst(start + ", rcpts: <".utf8.count))
      if let recipients = list.take(upTo: UInt8(ascii: ">")), !recipients.isEmpty { takeRecipients(recipients, fact) }
      if list.take(through: ", forced: ") != nil { fact[.reason] = list.rest }
    }
  }

  /// `a@example.net,b@example.net,`
  private static func takeRecipients(_ list: Bytes, _ fact: Fact) {
    var cursor = ByteCursor(list)
    var count: Int64 = 0
    while !cursor.isAtEnd {
      let recipient = cursor.take { $0 != UInt8(ascii: ",") }
      _ = cursor.take(UInt8(ascii: ","))
      if recipient.isEmpty { continue }
      if count == 0 { fact[.recipient] = recipient }
      count += 1
    }
    fact[.recipientCount] = count
  }

  /// `loaded message; id: <a@example.org>; queue-id: <EE52D1662A6>; size: 4010; checksum: <…>`
  static func readLoaded(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("loaded message; id: <"), let id = cursor.take(through: ">; queue-id: <"),
      let queueID = cursor.take(through: ">; size: "), let size = cursor.takeInteger(), cursor.take("; checksum: ")
    else { return .unrecognized }
    if !id.isEmpty && !(id == "undef") { fact[.messageID] = id }
    if !queueID.isEmpty && !(queueID == "undef") { fact[.queueID] = queueID }
    fact[.size] = size
    fact[.engine] = Bytes("rspamd")
    fact.event = .other
    return .recognized
  }

  /// `got connection from 198.51.100.13:52371` and `… [2001:db8::1]:55411`: the client of the MTA.
  static func readConnection(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("got connection from ") else { return .unrecognized }
    if cursor.take("[") {
      guard let address = cursor.take(through: "]:"), let port = cursor.rest.integer else { return .unrecognized }
      fact[.clientAddress] = address
      fact[.clientPort] = port
    } else {
      guard let address = cursor.take(through: ":"), let port = cursor.rest.integer else { return .unrecognized }
      fact[.clientAddress] = address
      fact[.clientPort] = port
    }
    fact[.engine] = Bytes("rspamd")
    fact.event = .other
    return .recognized
  }

  /// `<a@example.org>: set pre-result to 'reject' (15.00): 'Gtube pattern' from GTUBE(3)`: a rule that decides alone.
  static func readPassthrough(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    guard cursor.take("<"), let id = cursor.take(through: ">: set pre-result to '"),
      let action = cursor.take(through: "' ("), let score = cursor.take(through: "): '"),
      let reason = cursor.take(through: "' from ")
    else { return .unrecognized }
    if !id.isEmpty && !(id == "undef") { fact[.messageID] = id }
    fact[.engine] = Bytes("rspamd")
    fact[.action] = action
    fact[.score] = score.millionths
    fact[.reason] = reason
    fact.event = .other
    return .recognized
  }
}
