import Bytes
import Facts

/// What Dovecot says about itself, and the lines of its services that are about no mail.
enum DovecotDaemon {
  /// A line without a service: `Dovecot v2.3.19.1 starting up for imap, pop3, lmtp`
  static func read(_ message: Bytes, _ level: Dovecot.Level?, _ fact: Fact) -> Recognition {
    if message.hasPrefix("Dovecot v") || message.hasPrefix("Killed with signal ") { return lifecycle(message, fact) }
    guard level == .warning || level == .error else { return level == .debug ? .ignored : .unrecognized }
    return report(message, level, fact)
  }

  /// A line that a service marked as a warning or an error.
  static func problem(_ message: Bytes, _ level: Dovecot.Level?, _ service: DovecotService, _ fact: Fact) -> Recognition
  {
    if let session = service.session { fact[.session] = session }
    if service.name == "lmtp" || service.name == "lda" || service.name == "imap" || service.name == "pop3" {
      fact[.user] = service.user
    }
    return report(message, level, fact)
  }

  static func readService(_ message: Bytes, _ service: DovecotService, _ fact: Fact) -> Recognition {
    let name = service.name
    if name == "master" || name == "log" || name == "config" || name == "anvil" {
      for words in ["Dovecot v", "Killed with signal ", "SIGHUP received"] as [StaticString]
      where message.hasPrefix(words) {
        return lifecycle(message, fact)
      }
      return .unrecognized
    }
    if name == "ssl-params" || name == "indexer-worker" || name == "indexer" {
      return message.hasPrefix("Generating ") || message.hasPrefix("Indexed ") || message.hasPrefix("SSL parameters ")
        ? .ignored : .unrecognized
    }
    guard
      name == "imap" || name == "pop3" || name == "managesieve" || name == "submission" || name == "lmtp"
        || name == "IMAP" || name == "POP3" || name == "imap-hibernate" || name == "lda"
    else { return .unrecognized }
    for words in mailAccess where message.hasPrefix(words) { return .ignored }
    return .unrecognized
  }

  /// What a user does in the mailbox, with the events of the `mail_log` plugin.
  private static let mailAccess: [StaticString] = [
    "Disconnected", "Logged out", "Connection closed", "Server shutting down", "copy from ", "copy: ", "expunge: ",
    "delete: ", "undelete: ", "save: ", "append: ", "flag_change: ", "Mailbox created: ", "Mailbox deleted: ",
    "Mailbox renamed: ", "Connect from ", "Disconnect from ",
  ]

  private static func lifecycle(_ message: Bytes, _ fact: Fact) -> Recognition {
    fact.event = .lifecycle
    fact[.reason] = message
    return .recognized
  }

  private static func report(_ message: Bytes, _ level: Dovecot.Level?, _ fact: Fact) -> Recognition {
    fact.event = level == .warning ? .warning : .error
    fact[.reason] = message
    return .recognized
  }
}
