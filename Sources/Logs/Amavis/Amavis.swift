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
    let task = cursor.take { $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !task.isEmpty, cursor.take(") ") else { return readDaemon(text, fact) }
    fact[.session] = task
    let message = cursor.rest
    if message.first == UInt8(ascii: "(") { return problem(message, fact) }
    return AmavisVerdict.read(message, fact)
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
  ]
}
