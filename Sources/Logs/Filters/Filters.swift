package import Bytes

/// The programs around an MTA that judge, sign, delay or store mail: one folder each, found here by their name in the
/// log.
///
/// Knows no MTA and no log format: it is given what stands behind `program[pid]: `.
package enum Filters {
  /// The reader for the lines of `program`, as logged: `opendkim`, `/usr/sbin/amavisd-new` …; nil for a stranger.
  package static func reader(for program: Bytes) -> TextReader? {
    OpenDKIM.reader(for: program) ?? OpenDMARC.reader(for: program) ?? OpenARC.reader(for: program)
      ?? Amavis.reader(for: program) ?? Rspamd.reader(for: program) ?? SpamAssassin.reader(for: program)
      ?? Dovecot.reader(for: program) ?? SPFPolicy.reader(for: program) ?? Greylisting.reader(for: program)
      ?? ClamAV.reader(for: program)
  }

  /// The last component of a program that is logged with its path: `amavisd-new` of `/usr/sbin/amavisd-new`.
  static func baseName(_ program: Bytes) -> Bytes {
    guard program.first == UInt8(ascii: "/"), let slash = program.lastIndex(of: UInt8(ascii: "/")) else {
      return program
    }
    return program.dropFirst(slash + 1)
  }
}
