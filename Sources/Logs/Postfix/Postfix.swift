// Postfix: the lines of its daemons and commands, one file for each of them. Says nothing of how lines belong together.

package import Bytes

/// The programs of Postfix (postfix(1), master(8)), told by the name under which they log.
package enum Postfix {
  /// The reader for the lines of `program`, or nil if that is none of Postfix's.
  ///
  /// A daemon logs as `syslog_name/daemon`, such as `postfix/smtpd`, `postfix/submission/smtpd`, `postfix-out/smtp` or
  /// `mta1/qmgr`: the last component decides if another stands before it. Of one that we do not know, under Postfix's
  /// own name, only what all daemons write is read. Ask once for a name and keep the answer.
  package static func reader(for program: Bytes) -> TextReader? {
    guard let slash = program.lastIndex(of: UInt8(ascii: "/")) else {
      return isOwnName(program) || program == "postmulti" ? TextReader(Command.read) : nil
    }
    let daemon = program.dropFirst(slash + 1)
    guard slash > 0, program.first != UInt8(ascii: "/"), !daemon.isEmpty else { return nil }
    if daemon.count <= Limits.daemonNameBytes, let reader = readers[daemon.string] { return reader }
    let name = program.prefix(program.firstIndex(of: UInt8(ascii: "/")) ?? slash)
    return isOwnName(name) ? TextReader(Anvil.read) : nil
  }

  /// `postfix`, or the name of an instance that was made with postmulti(1): `postfix-out`.
  private static func isOwnName(_ name: Bytes) -> Bool { name == "postfix" || name.hasPrefix("postfix-") }

  private static let readers: [String: TextReader] = [
    "smtpd": TextReader(Smtpd.read),
    "cleanup": TextReader(Cleanup.read),
    "qmgr": TextReader(QueueManager.read),
    "oqmgr": TextReader(QueueManager.read),
    "nqmgr": TextReader(QueueManager.read),
    "pickup": TextReader(Pickup.read),
    "bounce": TextReader(Bounce.read),
    "defer": TextReader(Bounce.read),
    "trace": TextReader(Bounce.read),
    "smtp": TextReader { Delivery.read($0, $1, transport: "smtp") },
    "lmtp": TextReader { Delivery.read($0, $1, transport: "lmtp") },
    "relay": TextReader { Delivery.read($0, $1, transport: "relay") },
    "local": TextReader { Delivery.read($0, $1, transport: "local") },
    "virtual": TextReader { Delivery.read($0, $1, transport: "virtual") },
    "pipe": TextReader { Delivery.read($0, $1, transport: "pipe") },
    "error": TextReader { Delivery.read($0, $1, transport: "error") },
    "retry": TextReader { Delivery.read($0, $1, transport: "retry") },
    "discard": TextReader { Delivery.read($0, $1, transport: "discard") },
    "postscreen": TextReader(Postscreen.read),
    "dnsblog": TextReader(Dnsblog.read),
    "tlsproxy": TextReader(Tlsproxy.read),
    "anvil": TextReader(Anvil.read),
    "scache": TextReader(Anvil.read),
    "postsuper": TextReader(Postsuper.read),
    "master": TextReader(Command.read),
    "postfix-script": TextReader(Command.read),
    "postfix": TextReader(Command.read),
    "postmulti-script": TextReader(Command.read),
    "post-install": TextReader(Command.read),
    "postlog": TextReader(Command.read),
    "postlogd": TextReader(Command.read),
    "postmulti": TextReader(Command.read),
    "postqueue": TextReader(Command.read),
    "postdrop": TextReader(Command.read),
    "postmap": TextReader(Command.read),
    "postalias": TextReader(Command.read),
    "postconf": TextReader(Command.read),
    "postkick": TextReader(Command.read),
    "postlock": TextReader(Command.read),
    "postcat": TextReader(Command.read),
    "postfix-tls-script": TextReader(Command.read),
    "sendmail": TextReader(Command.read),
    "mailq": TextReader(Command.read),
    "newaliases": TextReader(Command.read),
    "flush": TextReader(Daemon.read),
    "fsstone": TextReader(Daemon.read),
    "proxymap": TextReader(Daemon.read),
    "proxywrite": TextReader(Daemon.read),
    "qmqpd": TextReader(Smtpd.read),
    "rewrite": TextReader(Daemon.read),
    "showq": TextReader(Daemon.read),
    "spawn": TextReader(Daemon.read),
    "tlsmgr": TextReader(Daemon.read),
    "trivial-rewrite": TextReader(Daemon.read),
    "verify": TextReader(Daemon.read),
  ]

  /// Bounds of what is looked at in a line.
  enum Limits {
    /// The longest daemon name that can be Postfix's.
    static let daemonNameBytes = 32
    /// Postfix makes queue ids of 6 to 17 characters; 3.10 may add a few.
    static let queueIDBytes = 6...24
    /// The longest queue id that is believed of another host.
    static let foreignQueueIDBytes = 4...64
    /// The longest word that stands for an action (`reject_warning`) or a stage (`END-OF-MESSAGE`).
    static let wordBytes = 32
    /// `smtpd(8)` cuts a reply here, perhaps within the address that it begins with.
    static let replyBytes = 510
    /// How many places in one line are tried as the beginning of the envelope, which a hostile text can imitate.
    static let envelopeCandidates = 16
    /// How far into a line the signs of verbose logging are looked for.
    static let verboseBytes = 64
  }
}
