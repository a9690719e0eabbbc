package import Bytes
import Facts

/// Lines of `amavisd`: its verdict on a message, and what it says about itself.
package enum Amavis {
  package static func reader(for program: Bytes) -> TextReader? {
    Filters.baseName(program).hasPrefix("amavis") ? TextReader(read) : nil
  }

  /// `(01234-05) Passed CLEAN {RelayedInbound}, …`
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    guard text.first == UInt8(ascii: "(") else { return readDaemon(text, fact) }
    var cursor = ByteCursor(text)
    cursor.position = 1
    if cursor.take("rel-") { return release(cursor.rest) }
    let task = cursor.take { $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !task.isEmpty, cursor.take(") ") else { return readDaemon(text, fact) }
    fact[.session] = task
    let message = cursor.rest
    if message.first == UInt8(ascii: "(") { return problem(message, fact) }
    let verdict = AmavisVerdict.read(message, fact)
    return verdict == .unrecognized && isChatter(message) ? .ignored : verdict
  }

  /// `(rel-b6jbXAJ7V1ck) Quarantined message release (miscategorized): WDKqS1xypU5S <a@example.org> -> <b@example.net>`: the
  /// queue entry that it becomes tells the same.
  private static func release(_ text: Bytes) -> Recognition {
    guard let end = text.prefix(FilterLimits.mailIDBytes).firstIndex(of: ") ") else { return .unrecognized }
    let message = text.dropFirst(end + 2)
    return message.hasPrefix("Quarantined message release") || isForwarding(message) ? .ignored : .unrecognized
  }

  /// What a task says at the log levels 1 and 2 on its way to the verdict, which repeats it.
  private static func isChatter(_ message: Bytes) -> Bool {
    for known in chatterOfTasks where message.hasPrefix(known) { return true }
    return isPart(message) || isForwarding(message)
  }

  /// `p003 1/2 Content-Type: text/plain, …`
  private static func isPart(_ message: Bytes) -> Bool {
    var cursor = ByteCursor(message)
    guard cursor.take(UInt8(ascii: "p")), cursor.takeInteger() != nil, cursor.take(UInt8(ascii: " ")) else {
      return false
    }
    _ = cursor.take { $0.isDigit || $0 == UInt8(ascii: "/") }
    return cursor.take(" Content-Type: ")
  }

  /// `Yc5W1mBv2Zbz FWD from <a@example.org> -> …`, or with the mail_id of what it speaks of, `Yc5W1mBv2Zbz(Qb1a) SEND from …`.
  private static func isForwarding(_ message: Bytes) -> Bool {
    var cursor = ByteCursor(message)
    let name = cursor.take {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "+")
    }
    guard !name.isEmpty, name.count <= FilterLimits.mailIDBytes else { return false }
    if cursor.take(UInt8(ascii: "(")) {
      guard let other = cursor.take(upTo: UInt8(ascii: ")")), other.count <= FilterLimits.mailIDBytes else {
        return false
      }
      cursor.position += 1
    }
    return cursor.take(" FWD from <") || cursor.take(" SEND from <")
  }

  /// `(!)WARN: …` and `(!!)TROUBLE in process_request: …`
  private static func problem(_ message: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    if cursor.take("(!!)") {
      fact.event = .error
    } else if cursor.take("(!)") {
      fact.event = .warning
    } else {
      return .unrecognized
    }
    fact[.reason] = cursor.rest
    return .recognized
  }

  private static func readDaemon(_ text: Bytes, _ fact: Fact) -> Recognition {
    if text.first == UInt8(ascii: "(") { return problem(text, fact) }
    if text.hasPrefix("starting. ") || text.hasPrefix("logging initialized, ") || text.hasPrefix("SIGHUP received")
      || text.hasPrefix("sd_notify")
    {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    for known in chatter where text.hasPrefix(known) { return .ignored }
    return .unrecognized
  }

  /// How the lines of a start begin.
  private static let chatter: [StaticString] = [
    "Net::Server: ", "Module ", "Found decoder ", "No decoder ", "Internal decoder ", "Decoder for ",
    "Found primary av scanner ", "Found secondary av scanner ", "Using primary internal av scanner ",
    "Using internal av scanner ", "No primary av scanner", "No secondary av scanner", "No ext program for ",
    "Creating db ", "BerkeleyDB ", "Deleting db files ", "initializing Mail::SpamAssassin", "SpamControl: ",
    "perl=", "user=", "Valid PID file", "SNMP ", "OpenLDAP ", "extra modules loaded", "INFO: ", "bind to ",
    "DKIM code ", "Found $", "No $", "Amavis::", "ANTI-VIRUS code ", "ANTI-SPAM code ", "ANTI-SPAM-", "SQL ",
    "_WARN: Pid_file ",
    "Lookup::", "SQL::",
  ]

  /// How the lines of a task begin.
  private static let chatterOfTasks: [StaticString] = [
    "Checking: ", "ESMTP [", "SMTP [", "LMTP [", "ESMTPS [", "UTF8SMTP [", "UTF8LMTP [", "AM.PDP ", "p.path ",
    "size: ", "TIMING", "...", "bounce ", "local delivery: ", "header_edits_for_quar: ", "extra modules loaded: ",
    "Requesting process rundown ", "DSN: ", "virus_scan: ", "run_av ", "spam-tag, ", "SPAM-TAG, ", "SPAM, <",
    "SA info: ", "dkim: ", "policy protocol: ", "loaded policy bank ", "Open relay? ", "cached ", "wbl: ",
    "truncating a message ", "Turning AV infection ", "INFO: ", "SMTP shutdown: ",
  ]
}
