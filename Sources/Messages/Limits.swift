/// The bounds of this target.
package enum Limits {
  /// Bytes of a message's head; what lies beyond is not looked at, and said so.
  package static let headBytes = 1 << 20
  /// Fields of a head; more are not looked at, and said so.
  package static let fields = 10_000
  /// Addresses of one field; more are left out.
  static let addresses = 1000
  /// Bytes of a line that may separate two messages of a mailbox; a longer one is text.
  static let separatorBytes = 1000
  /// Runs of encoded words in one character set, in one field; what follows stays encoded.
  static let encodedRuns = 1000
  /// Bytes of the name of a character set; a longer one is not looked up.
  static let charsetNameBytes = 40
}
