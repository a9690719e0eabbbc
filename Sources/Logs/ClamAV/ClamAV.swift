package import Bytes
import Facts

/// ClamAV and what puts it before an MTA: `clamd`, `clamav-milter`, `clamsmtpd`.
package enum ClamAV {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    if name == "clamd" { return TextReader(readDaemon) }
    if name == "clamav-milter" { return TextReader(readMilter) }
    return name == "clamsmtpd" ? TextReader(readProxy) : nil
  }

  /// `instream(127.0.0.1@34567): Eicar-Test-Signature FOUND`
  private static func readDaemon(_ text: Bytes, _ fact: Fact) -> Recognition {
    let found = text.dropLast(" FOUND".utf8.count)
    if text.hasSuffix(" FOUND"), let colon = found.lastIndex(of: ": "), colon + 2 < found.count {
      return infected(found.dropFirst(colon + 2), fact)
    }
    if text.hasSuffix(": OK") { return .ignored }
    for words in [
      "SelfCheck: ", "Reading databases from ", "Database correctly reloaded", "Activating the newly loaded ",
    ]
      as [StaticString]
    where text.hasPrefix(words) {
      return .ignored
    }
    if text.hasPrefix("clamd daemon ") || text.hasPrefix("+++ Started at ") || text.hasPrefix("--- Stopped at ") {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    guard text.hasPrefix("ERROR: ") || text.hasPrefix("WARNING: ") || text.hasSuffix(" ERROR") else {
      return .unrecognized
    }
    fact.event = text.hasPrefix("WARNING: ") ? .warning : .error
    fact[.reason] = text
    return .recognized
  }

  /// `Message 4bYx2k1PvLz3w from <a@example.org> to <b@example.net> with subject 's' message-id '<id@example.org>'`
  /// `date 'd' infected by Eicar`
  private static func readMilter(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    let clean = cursor.take("Clean message ")
    if !clean && !cursor.take("Message ") {
      if text.hasPrefix("Skipping scan for ") || text.hasPrefix("Probe for slot ") { return .ignored }
      guard text.hasPrefix("clamav-milter") || text.hasPrefix("+++ Started at ") else { return .unrecognized }
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    if !cursor.take("from ") {
      fact[.queueID] = cursor.take { $0 != UInt8(ascii: " ") }
      guard cursor.take(" from ") else { return .unrecognized }
    }
    guard let sender = AddressList.takeAddress(&cursor), cursor.take(" to "), let recipients = AddressList(&cursor)
    else {
      return .unrecognized
    }
    fact[.sender] = sender
    fact[.recipient] = recipients.first
    fact[.recipientCount] = recipients.count
    let rest = cursor.rest
    if let subject = rest.firstIndex(of: " with subject '"), let end = rest.lastIndex(of: "' message-id '"),
      let date = rest.lastIndex(of: "' date '"), subject + 15 <= end, end + 14 <= date
    {
      fact[.subject] = rest[(subject + 15)..<end]
      let id = rest[(end + 14)..<date]
      if id.count > 2 && id.first == UInt8(ascii: "<") && id.last == UInt8(ascii: ">") {
        fact[.messageID] = id[1..<id.count - 1]
      }
    }
    if clean {
      fact.event = .filter
      fact[.engine] = Bytes("clamav")
      fact[.result] = Bytes("clean")
      return .recognized
    }
    guard let mark = rest.lastIndex(of: " infected by ") else { return .unrecognized }
    return infected(rest.dropFirst(mark + " infected by ".utf8.count), fact)
  }

  /// `100003: from=a@example.org, to=b@example.net, status=VIRUS:Eicar-Test-Signature`
  private static func readProxy(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    let session = cursor.take(while: \.isHexDigit)
    guard session.count >= 6, cursor.take(": from="), let sender = cursor.take(through: ", to=") else {
      for words in ["accepted connection from: ", "starting up (", "created socket: "] as [StaticString]
      where text.contains(words) {
        return .ignored
      }
      return .unrecognized
    }
    let rest = cursor.rest
    guard let mark = rest.lastIndex(of: ", status=") else { return .unrecognized }
    fact[.session] = session
    fact[.sender] = sender
    fact[.recipient] = rest.prefix(rest.firstIndex(of: UInt8(ascii: ",")) ?? mark)
    let status = rest.dropFirst(mark + ", status=".utf8.count)
    if status.hasPrefix("VIRUS:") { return infected(status.dropFirst("VIRUS:".utf8.count), fact) }
    guard status == "CLEAN" else { return .unrecognized }
    fact.event = .filter
    fact[.engine] = Bytes("clamav")
    fact[.result] = Bytes("clean")
    return .recognized
  }

  private static func infected(_ name: Bytes, _ fact: Fact) -> Recognition {
    fact.event = .filter
    fact[.engine] = Bytes("clamav")
    fact[.result] = Bytes("infected")
    fact[.reason] = name
    return .recognized
  }
}
