import Bytes
import Facts

/// Lines of `auth` and `auth-worker`: a password that was wrong, a user that does not exist.
///
/// With `auth_verbose_passwords` Dovecot writes what the client gave as a password: that part never becomes a field.
enum DovecotAuthentication {
  /// `passwd-file(alice,198.51.100.24): Password mismatch` and, with what led to it,
  /// `conn unix:auth-worker (pid=919,uid=112): auth-worker<1>: sql(alice,192.0.2.1,<session>): unknown user`
  static func read(_ message: Bytes, _ service: DovecotService, _ fact: Fact) -> Recognition {
    var cursor = ByteCursor(message)
    if cursor.take("conn unix:"), cursor.take(through: "): ") != nil {
      _ = cursor.take { $0 != UInt8(ascii: ":") }
      guard cursor.take(": ") else { return .unrecognized }
    }
    if takeDriver(&cursor, fact) { return failure(cursor.rest, fact) }
    return readNewer(message, service, fact)
  }

  /// `passwd-file(alice,198.51.100.24,<session>): `
  private static func takeDriver(_ cursor: inout ByteCursor, _ fact: Fact) -> Bool {
    let start = cursor.position
    let driver = cursor.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !driver.isEmpty, cursor.take("("), let inside = cursor.take(through: "): ") else {
      cursor.position = start
      return false
    }
    takeClient(inside, fact)
    return true
  }

  /// `alice,198.51.100.24,<session>`: the user's name may hold a comma, the address and the session do not.
  private static func takeClient(_ inside: Bytes, _ fact: Fact) {
    var rest = inside
    if rest.last == UInt8(ascii: ">"), let open = rest.lastIndex(of: ",<") {
      let session = rest[(open + 2)..<rest.count - 1]
      if !session.isEmpty { fact[.session] = session }
      rest = rest.prefix(open)
    } else if rest.last == UInt8(ascii: ",") {
      rest = rest.dropLast()
    } else if let sasl = rest.lastIndex(of: ",sasl:") {
      fact[.mechanism] = rest.dropFirst(sasl + ",sasl:".utf8.count)
      rest = rest.prefix(sasl)
    }
    guard let comma = rest.lastIndex(of: UInt8(ascii: ",")) else {
      if !rest.isEmpty { fact[.user] = rest }
      return
    }
    let address = rest.dropFirst(comma + 1)
    if !address.isEmpty { fact[.clientAddress] = address }
    if comma > 0 { fact[.user] = rest.prefix(comma) }
  }

  /// Since version 2.4: `auth(alice,192.0.2.110,sasl:login)<session>: sql: Password mismatch`
  private static func readNewer(_ message: Bytes, _ service: DovecotService, _ fact: Fact) -> Recognition {
    guard let argument = service.argument, argument.contains(UInt8(ascii: ",")) else { return .unrecognized }
    var cursor = ByteCursor(message)
    let driver = cursor.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !driver.isEmpty, cursor.take(": ") else { return .unrecognized }
    takeClient(argument, fact)
    if let session = service.session { fact[.session] = session }
    return failure(cursor.rest, fact)
  }

  private static func failure(_ text: Bytes, _ fact: Fact) -> Recognition {
    let (reason, toldSecret) = withoutSecrets(text)
    let known: [StaticString] = [
      "unknown user", "Password mismatch", "password mismatch", "pam_authenticate() failed", "invalid credentials",
      "user not found", "User is disabled", "Account disabled", "account disabled", "No password returned",
      "allow_nets check failed",
      "Login disabled", "Account expired", "pam_acct_mgmt() failed", "Empty password", "OAuth2 ", "oauth2 failed",
      "invalid username", "Authenticated user not found", "login user ",
    ]
    guard toldSecret || known.contains(where: { text.hasPrefix($0) }) else { return .unrecognized }
    fact.event = .auth
    fact[.result] = Bytes("fail")
    fact[.reason] = reason
    return .recognized
  }

  /// Without ` (given password: …)` and ` (SHA1 of given password: …)`; only PAM's own words hold other parentheses.
  private static func withoutSecrets(_ text: Bytes) -> (reason: Bytes, toldSecret: Bool) {
    if let mark = text.firstIndex(of: "given password") {
      return (text.prefix(text.firstIndex(of: " (").map { min($0, mark) } ?? mark), true)
    }
    if text.hasPrefix("pam_") { return (text, false) }
    return (text.prefix(text.firstIndex(of: " (") ?? text.count).trimmed, false)
  }
}
