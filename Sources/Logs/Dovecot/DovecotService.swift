import Bytes
import Facts

/// The head of a line: which of Dovecot's services writes, for which user.
struct DovecotService {
  /// `lmtp`, `imap-login`, `auth-worker` …
  let name: Bytes
  /// What stands in parentheses: a user, a pid, or `pid, user` before version 2.3.
  let argument: Bytes?
  /// The session, which is the same in all lines about one delivery or connection.
  let session: Bytes?

  /// `lmtp(alice@example.net)<503><gG7eLf2J3mr3AQAA67P+gg>: `, read with its colon; nil, and nothing read, if none
  /// comes next.
  init?(_ cursor: inout ByteCursor) {
    let start = cursor.position
    let name = cursor.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    guard let initial = name.first, initial == initial.lowercased, initial.isLetter else {
      cursor.position = start
      return nil
    }
    self.name = name
    argument = DovecotService.takeArgument(&cursor)
    var last: Bytes?
    while cursor.peek == UInt8(ascii: "<") {
      let here = cursor.position
      cursor.position += 1
      guard let tag = cursor.take(through: ">"), tag.count <= FilterLimits.sessionBytes else {
        cursor.position = here
        break
      }
      last = tag
    }
    // Of `<pid><session>` the second is the session; a pid alone is none.
    session = last.flatMap { $0.isEmpty || $0.integer != nil ? nil : $0 }
    guard cursor.take(": ") else {
      cursor.position = start
      return nil
    }
  }

  /// `(alice@example.net)`: a user's name may hold a parenthesis, so it ends where `<` or `:` follows.
  private static func takeArgument(_ cursor: inout ByteCursor) -> Bytes? {
    guard cursor.peek == UInt8(ascii: "(") else { return nil }
    let rest = cursor.rest.dropFirst()
    var from = 0
    while let close = rest.firstIndex(of: UInt8(ascii: ")"), from: from), close + 1 < rest.count {
      if rest[close + 1] == UInt8(ascii: "<") || rest[close + 1] == UInt8(ascii: ":") {
        cursor.position += close + 2
        return rest.prefix(close)
      }
      from = close + 1
    }
    return nil
  }

  /// The user: not a pid, and what stands behind one.
  var user: Bytes? {
    guard let argument, !argument.isEmpty else { return nil }
    var cursor = ByteCursor(argument)
    let digits = cursor.take(while: \.isDigit)
    guard !digits.isEmpty else { return argument }
    if cursor.isAtEnd { return nil }
    return cursor.take(", ") ? cursor.rest : argument
  }

  func fill(_ fact: Fact) {
    if let session { fact[.session] = session }
    if let user {
      fact[.user] = user
      fact[.recipient] = user
    }
  }
}
