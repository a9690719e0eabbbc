import Bytes
import Facts

/// Lines of `spamd(8)`. The exact score stands in one line, without the Message-ID; the rules and the Message-ID in
/// the next.
enum Spamd {
  /// `spamd: result: Y 12 - GTUBE,MISSING_MID scantime=0.1,size=840,…`; versions before 3.1 wrote it without `spamd: `.
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(text)
    if cursor.take("prefork: ") || cursor.take("logger: ") { return .ignored }
    if cursor.take("plugin: ") || cursor.take("bayes: ") || cursor.take("config: ") || cursor.take("rules: ")
      || cursor.take("check: ") || cursor.take("util: ")
    {
      return problem(text, fact)
    }
    _ = cursor.take("spamd: ")
    let message = cursor.rest
    if cursor.take("result: ") { return SpamdResult.read(&cursor, fact) }
    if let outcome = SpamAssassin.takeOutcome(&cursor) { return judged(outcome, &cursor, fact) }
    if cursor.take("checking message ") || cursor.take("processing message ") { return began(&cursor, fact) }
    return readDaemon(message, fact)
  }

  /// `(12.3/5.0) for nobody:65534 in 0.1 seconds, 840 bytes.`
  private static func judged(_ outcome: Bytes, _ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard SpamAssassin.takeScore(&cursor, fact), cursor.take("for "), let user = cursor.take(through: " in "),
      cursor.take(through: " seconds, ") != nil, let size = cursor.takeInteger(), cursor.take(" bytes")
    else { return .unrecognized }
    takeUser(user, fact)
    fact[.size] = size
    fact[.engine] = Bytes("spamassassin")
    fact[.result] = outcome
    fact.event = .filter
    return .recognized
  }

  /// `<a@example.org> for nobody:65534`, once a `checking message` or `processing message` was read.
  private static func began(_ cursor: inout ByteCursor, _ fact: Fact) -> Recognition {
    guard let id = SpamAssassin.takeMessageID(&cursor, before: " for ") else { return .unrecognized }
    takeUser(cursor.rest, fact)
    if !id.isEmpty { fact[.messageID] = id }
    fact[.engine] = Bytes("spamassassin")
    fact.event = .other
    return .recognized
  }

  /// `nobody:65534`
  private static func takeUser(_ text: Bytes, _ fact: Fact) {
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")), colon > 0 else { return }
    fact[.user] = text.prefix(colon)
    var number = ByteCursor(text.dropFirst(colon + 1))
    fact[.uid] = number.takeInteger()
  }

  private static func readDaemon(_ message: Bytes, _ fact: Fact) -> Recognition {
    for words in [
      "connection from ", "setuid to ", "handled cleanup of child ", "server successfully spawned child ",
      "got connection over ", "still running as root: ", "creating default_prefs: ", "Still running as root: ",
    ]
      as [StaticString]
    where message.hasPrefix(words) {
      return .ignored
    }
    for words in [
      "server started on ", "server pid: ", "server killed by ", "server hit by SIGHUP", "server shutting down",
    ]
      as [StaticString]
    where message.hasPrefix(words) {
      fact.event = .lifecycle
      fact[.reason] = message
      return .recognized
    }
    for words in [
      "cannot ", "error: ", "failed to ", "could not ", "handle_user ", "copy_config timeout",
      "bad protocol: ", "timeout: ", "fatal error: ", "unauthorized connection from ",
    ] as [StaticString]
    where message.hasPrefix(words) {
      return problem(message, fact)
    }
    return .unrecognized
  }

  private static func problem(_ message: Bytes, _ fact: Fact) -> Recognition {
    fact.event = .warning
    fact[.reason] = message
    return .recognized
  }
}
