package import Bytes

/// The programs whose lines are read, family by family.
package enum Programs {
  /// Finds the reader of a program by its name as logged, such as `postfix/submission/smtpd`.
  package typealias Family = @Sendable (_ program: Bytes) -> TextReader?

  /// Asked in this order; the first that knows a program reads its lines.
  private static let families: [Family] = [{ Filters.reader(for: $0) }, { Postfix.reader(for: $0) }]

  /// The reader of a program's lines, nil if no family knows it.
  package static func reader(for program: Bytes) -> TextReader? {
    for family in families {
      if let reader = family(program) { return reader }
    }
    return nil
  }
}
