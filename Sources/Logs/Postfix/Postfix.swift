// Postfix: the lines of its daemons and commands, one file for each of them. Says nothing of how lines belong together.

package import Bytes

/// The programs of Postfix (postfix(1), master(8)), told by the name under which they log.
package enum Postfix {
  /// The reader for the lines of `program`, or nil if that is none of Postfix's.
  ///
  /// A daemon logs as `syslog_name/daemon`, such as `postfix/smtpd`, `postfix/submission/smtpd`, `postfix-out/smtp` or
  /// `mta1/qmgr`: the last component decides if another stands before it. Ask once for a name and keep the answer.
  package static func reader(for program: Bytes) -> TextReader? {
    guard let slash = program.lastIndex(of: UInt8(ascii: "/")) else {
      return program == "postfix" || program.hasPrefix("postfix-") ? Command.read : nil
    }
    let daemon = program.dropFirst(slash + 1)
    guard slash > 0, program.first != UInt8(ascii: "/"), daemon.count <= Limits.daemonNameBytes else { return nil }
    return readers[daemon.string]?.read
  }

  /// A reader in a box: a dictionary of bare closures would wrap each of them in a thunk.
  private struct Program {
    let read: TextReader

    init(_ read: @escaping TextReader) { self.read = read }
  }

  private static let readers: [String: Program] = [
    "smtpd": Program(Smtpd.read),
    "cleanup": Program(Cleanup.read),
    "qmgr": Program(QueueManager.read),
    "oqmgr": Program(QueueManager.read),
    "nqmgr": Program(QueueManager.read),
    "pickup": Program(Pickup.read),
    "bounce": Program(Bounce.read),
    "defer": Program(Bounce.read),
    "trace": Program(Bounce.read),
    "smtp": Program { Delivery.read($0, $1, transport: "smtp") },
    "lmtp": Program { Delivery.read($0, $1, transport: "lmtp") },
    "relay": Program { Delivery.read($0, $1, transport: "relay") },
    "local": Program { Delivery.read($0, $1, transport: "local") },
    "virtual": Program { Delivery.read($0, $1, transport: "virtual") },
    "pipe": Program { Delivery.read($0, $1, transport: "pipe") },
    "error": Program { Delivery.read($0, $1, transport: "error") },
    "retry": Program { Delivery.read($0, $1, transport: "retry") },
    "discard": Program { Delivery.read($0, $1, transport: "discard") },
    "postscreen": Program(Postscreen.read),
    "dnsblog": Program(Dnsblog.read),
    "tlsproxy": Program(Tlsproxy.read),
    "anvil": Program(Anvil.read),
    "scache": Program(Anvil.read),
    "postsuper": Program(Postsuper.read),
    "master": Program(Command.read),
    "postfix-script": Program(Command.read),
    "postfix": Program(Command.read),
    "postmulti-script": Program(Command.read),
    "post-install": Program(Command.read),
    "postlog": Program(Command.read),
    "postlogd": Program(Command.read),
    "postmulti": Program(Command.read),
    "postqueue": Program(Command.read),
    "postdrop": Program(Command.read),
    "postmap": Program(Command.read),
    "postalias": Program(Command.read),
    "postconf": Program(Command.read),
    "postkick": Program(Command.read),
    "postlock": Program(Command.read),
    "postcat": Program(Command.read),
    "postfix-tls-script": Program(Command.read),
    "sendmail": Program(Command.read),
    "mailq": Program(Command.read),
    "newaliases": Program(Command.read),
    "flush": Program(Daemon.read),
    "fsstone": Program(Daemon.read),
    "proxymap": Program(Daemon.read),
    "proxywrite": Program(Daemon.read),
    "qmqpd": Program(Smtpd.read),
    "rewrite": Program(Daemon.read),
    "showq": Program(Daemon.read),
    "spawn": Program(Daemon.read),
    "tlsmgr": Program(Daemon.read),
    "trivial-rewrite": Program(Daemon.read),
    "verify": Program(Daemon.read),
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
    /// How many places in one line are tried as the beginning of the envelope, which a hostile text can imitate.
    static let envelopeCandidates = 16
    /// How far into a line the signs of verbose logging are looked for.
    static let verboseBytes = 64
  }
}
