import Bytes
import Facts

extension Postfix {
  /// Lines that any daemon may write, and all lines of those that write no others: `trivial-rewrite(8)`, `proxymap(8)`,
  /// `verify(8)` …
  enum Daemon {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      if Warning.read(text, fact) { return .recognized }
      if Tls.read(text, fact) || Tls.subject(text, fact) { return .recognized }
      if lifecycle(text) {
        fact[.queueID] = nil
        fact.event = .lifecycle
        fact[.reason] = text
        return .recognized
      }
      return Verbose.matches(text) ? .ignored : .unrecognized
    }

    /// `table hash:/etc/postfix/virtual(0,lock|fold_fix) has changed -- restarting`,
    /// `cache btree:/var/lib/postfix/verify_cache full cleanup: retained=724 dropped=6 entries`
    private static func lifecycle(_ text: Bytes) -> Bool {
      switch text.first {
      case UInt8(ascii: "t"): text.hasPrefix("table ") && text.hasSuffix(" has changed -- restarting")
      case UInt8(ascii: "c"): text.hasPrefix("cache ") && text.contains(" cleanup: retained=")
      default: false
      }
    }
  }
}
