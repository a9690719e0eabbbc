import Bytes
import Facts

/// What `opendkim(8)` says about itself.
enum OpenDKIMDaemon {
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    if text.hasPrefix("OpenDKIM Filter") || text == "configuration reloaded"
      || text.hasPrefix("configuration reloaded from ") || text.hasPrefix("terminating with ") || text == "exiting"
      || text.hasPrefix("exited with status ")
    {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    if text.hasPrefix("ignoring connection from ") || text.hasPrefix("ignoring header field ") { return .ignored }
    if text.hasPrefix("can't load key from ") || text.hasPrefix("error loading key ")
      || text.hasPrefix("key data is not ")
      || text.hasPrefix("smfi_")
    {
      fact.event = .error
      fact[.reason] = text
      return .recognized
    }
    return .unrecognized
  }
}
