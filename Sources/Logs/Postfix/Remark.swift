import Bytes
import Facts

extension Postfix {
  /// What several daemons say in passing: about a client's commands, their tables, settings of old, DNS.
  enum Remark {
    static func read(_ text: Bytes, _ fact: Fact) -> Bool {
      if lifecycle(text) {
        fact[.queueID] = nil
        fact.event = .lifecycle
        fact[.reason] = text
        return true
      }
      if text.hasPrefix("ignoring DNS RR: ") {
        note(text, fact)
        return true
      }
      if troubles.contains(where: { text.hasPrefix($0) }) {
        Warning.note(text, fact)
        return true
      }
      return unfinished(text, fact) || replaced(text, fact)
    }

    /// Warnings without a severity: of TLS, and of the SASL library, which logs under the name of the daemon.
    private static let troubles: [StaticString] = [
      "cannot load ", "cannot set default OpenSSL certificate verification paths", "unable to dlopen ",
      "looking for plugins in ", "auxpropfunc error ", "_sasl_plugin_load failed on ",
      "Peer certificate could not be verified", "SASL authentication failure: ",
    ]

    /// `table hash:/etc/postfix/virtual(0,lock|fold_fix) has changed -- restarting`,
    /// `cache btree:/var/lib/postfix/verify_cache full cleanup: retained=724 dropped=6 entries`,
    /// `using backwards-compatible default setting smtputf8_enable=no to accept …`,
    /// `database lmdb:/var/lib/postfix/x.lmdb: using size limit 33554432 after MDB_MAP_FULL`
    private static func lifecycle(_ text: Bytes) -> Bool {
      switch text.first {
      case UInt8(ascii: "t"): text.hasPrefix("table ") && hasChanged(text)
      case UInt8(ascii: "c"):
        text.hasPrefix("cache ") && text.contains(" cleanup: retained=")
          || text.hasPrefix("close database ") || text.hasPrefix("cannot read from entropy device ")
      case UInt8(ascii: "u"): text.hasPrefix("using backwards-compatible default setting ")
      case UInt8(ascii: "d"):
        text.hasPrefix("database ") && (text.contains(": using size limit ") || text.contains(": pausing after "))
      case UInt8(ascii: "e"): text.hasPrefix("exiting to reopen external entropy source ")
      case UInt8(ascii: "l"):
        text.hasPrefix("lookup table ") && hasChanged(text) || text.hasPrefix("lost connection to EGD server ")
      case UInt8(ascii: "T"): text == "TLS support is not compiled in -- exiting"
      default: false
      }
    }

    private static func hasChanged(_ text: Bytes) -> Bool {
      text.hasSuffix("has changed -- restarting") || text.hasSuffix("has changed -- exiting")
        || text.hasSuffix("has changed - finishing in the background")
    }

    /// `9C4B167ADC: status=deferred (bounce failed)`: the queue keeps what could not be reported.
    private static func unfinished(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let (id, rest) = QueueID.split(text), rest.hasPrefix("status=deferred ("), rest.hasSuffix(" failed)") else {
        return false
      }
      fact[.queueID] = id
      fact.event = .other
      fact[.status] = Bytes("deferred")
      fact[.reason] = rest[17..<rest.count - 1]
      return true
    }

    /// `mx.example[192.0.2.1]: replacing command "HELO a" with "EHLO a"` (smtpd_command_filter), `mx.example[192.0.2.1]:25:
    /// replacing server reply "250-PIPELINING" with "250-XXXX"` (smtp_reply_filter)
    private static func replaced(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let peer = Peer(text), text.dropFirst(peer.length).hasPrefix(": replacing ") else { return false }
      let rest = text.dropFirst(peer.length + 2)
      guard rest.hasPrefix("replacing command ") || rest.hasPrefix("replacing server reply ") else { return false }
      note(rest, fact)
      peer.fill(fact, isClient: rest.hasPrefix("replacing command "))
      return true
    }

    private static func note(_ text: Bytes, _ fact: Fact) {
      fact[.queueID] = nil
      fact.event = .other
      fact[.reason] = text
    }
  }
}
