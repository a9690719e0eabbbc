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
    return readers[daemon.string]
  }

  private static let readers: [String: TextReader] = [
    "smtpd": Smtpd.read,
    "cleanup": Cleanup.read,
    "qmgr": QueueManager.read,
    "oqmgr": QueueManager.read,
    "nqmgr": QueueManager.read,
    "pickup": Pickup.read,
    "bounce": Bounce.read,
    "defer": Bounce.read,
    "trace": Bounce.read,
    "smtp": { Delivery.read($0, $1, transport: "smtp") },
    "lmtp": { Delivery.read($0, $1, transport: "lmtp") },
    "relay": { Delivery.read($0, $1, transport: "relay") },
    "local": { Delivery.read($0, $1, transport: "local") },
    "virtual": { Delivery.read($0, $1, transport: "virtual") },
    "pipe": { Delivery.read($0, $1, transport: "pipe") },
    "error": { Delivery.read($0, $1, transport: "error") },
    "retry": { Delivery.read($0, $1, transport: "retry") },
    "discard": { Delivery.read($0, $1, transport: "discard") },
    "postscreen": Postscreen.read,
    "dnsblog": Dnsblog.read,
    "tlsproxy": Tlsproxy.read,
    "anvil": Anvil.read,
    "scache": Anvil.read,
    "postsuper": Postsuper.read,
    "master": Command.read,
    "postfix-script": Command.read,
    "postfix": Command.read,
    "postmulti-script": Command.read,
    "post-install": Command.read,
    "postlog": Command.read,
    "postlogd": Command.read,
    "postmulti": Command.read,
    "postqueue": Command.read,
    "postdrop": Command.read,
    "postmap": Command.read,
    "postalias": Command.read,
    "postconf": Command.read,
    "postkick": Command.read,
    "postlock": Command.read,
    "postcat": Command.read,
    "postfix-tls-script": Command.read,
    "sendmail": Command.read,
    "mailq": Command.read,
    "newaliases": Command.read,
    "flush": Daemon.read,
    "fsstone": Daemon.read,
    "proxymap": Daemon.read,
    "proxywrite": Daemon.read,
    "qmqpd": Smtpd.read,
    "rewrite": Daemon.read,
    "showq": Daemon.read,
    "spawn": Daemon.read,
    "tlsmgr": Daemon.read,
    "trivial-rewrite": Daemon.read,
    "verify": Daemon.read,
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
