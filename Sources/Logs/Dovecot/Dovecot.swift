package import Bytes
import Facts

/// Lines of Dovecot: deliveries to mailboxes, Sieve scripts, logins.
package enum Dovecot {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    return name.hasPrefix("dovecot") || name == "deliver" ? TextReader(read) : nil
  }

  /// `lmtp(alice@example.net)<503><gG7eLf2J3mr3AQAA67P+gg>: msgid=<a@example.org>: saved mail to INBOX`
  private static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    _ = cursor.take("dovecot: ")
    // Versions 1.x put the level first.
    let early = takeLevel(&cursor)
    guard let service = DovecotService(&cursor) else { return DovecotDaemon.read(cursor.rest, early, fact) }
    let level = takeLevel(&cursor) ?? early
    if level == .debug { return .ignored }
    let message = cursor.rest
    if service.name == "lmtp" || service.name == "lda" || service.name == "deliver" {
      service.fill(fact)
      let found = DovecotDelivery.read(message, service, fact)
      if found != .unrecognized { return found }
      fact.clear()
    } else if service.name.hasSuffix("-login") {
      let found = DovecotLogin.read(message, fact)
      if found != .unrecognized { return found }
      fact.clear()
    } else if service.name == "auth" || service.name == "auth-worker" {
      let found = DovecotAuthentication.read(message, service, fact)
      if found != .unrecognized { return found }
      fact.clear()
    }
    if level == .warning || level == .error { return DovecotDaemon.problem(message, level, service, fact) }
    return DovecotDaemon.readService(message, service, fact)
  }

  /// How bad a line is, where Dovecot says so.
  enum Level { case debug, info, warning, error }

  /// `Error: `, where it comes next.
  private static func takeLevel(_ cursor: inout ByteCursor) -> Level? {
    switch cursor.peek {
    case UInt8(ascii: "I"): return cursor.take("Info: ") ? .info : nil
    case UInt8(ascii: "W"): return cursor.take("Warning: ") || cursor.take("Warn: ") ? .warning : nil
    case UInt8(ascii: "E"): return cursor.take("Error: ") ? .error : nil
    case UInt8(ascii: "F"): return cursor.take("Fatal: ") ? .error : nil
    case UInt8(ascii: "P"): return cursor.take("Panic: ") ? .error : nil
    case UInt8(ascii: "D"): return cursor.take("Debug: ") ? .debug : nil
    default: return nil
    }
  }
}
