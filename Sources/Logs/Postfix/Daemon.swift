import Bytes
import Facts

extension Postfix {
  /// Lines that any daemon may write, and all lines of those that write no others: `trivial-rewrite(8)`, `proxymap(8)`,
  /// `verify(8)` …
  enum Daemon {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if Warning.read(text, fact) || Tls.read(text, fact) || Remark.read(text, fact) || Tls.subject(text, fact) {
        return .recognized
      }
      return Verbose.matches(text) ? .ignored : .unrecognized
    }
  }
}
