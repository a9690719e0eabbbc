import Bytes

extension Postfix {
  /// Lines that Postfix writes only when told to be verbose (`smtpd -v`, debug_peer_list): the innards of a program,
  /// and dialogues that may hold passwords. They are known, and nothing of them is kept.
  enum Verbose {
    static func matches(_ text: Bytes) -> Bool {
      if let first = text.first, first == UInt8(ascii: ">") || first == UInt8(ascii: "<") { return isDialogue(text) }
      if isFunction(text) { return true }
      if beginnings.contains(where: { text.hasPrefix($0) }) { return true }
      if enclosed.contains(where: { text.hasPrefix($0) && text.hasSuffix($1) }) { return true }
      if text.prefix(Limits.verboseBytes).contains(": wanted attribute: ") { return true }
      return isSession(text) || isDump(text) || isTable(text)
    }

    /// `hash:/etc/postfix/virtual lookup: "a@example.net" = "b@example.net"`, where a table is told to (`debug:`).
    private static func isTable(_ text: Bytes) -> Bool {
      guard let space = text.firstIndex(of: UInt8(ascii: " ")), let colon = text.firstIndex(of: UInt8(ascii: ":")),
        colon > 0, colon < space - 1
      else { return false }
      let rest = text.dropFirst(space)
      return tables.contains { rest.hasPrefix($0) }
    }

    private static let tables: [StaticString] = [" lookup: ", " update: ", " delete: ", " sequence: "]

    /// `mx.example[192.0.2.1]: TLS cipher list "…"`, `[192.0.2.1]25413: discarding EHLO keywords: CHUNKING`
    private static func isSession(_ text: Bytes) -> Bool {
      guard let peer = Peer(text), let colon = text.firstIndex(of: ": ", from: peer.length), colon - peer.length <= 6
      else { return false }
      let rest = text.dropFirst(colon + 2)
      return sessions.contains { rest.hasPrefix($0) }
    }

    /// `0010 16 03 01 00 7a 01 00 00-76 03 01 …`, `0040 - <SPACES/NULLS>`
    private static func isDump(_ text: Bytes) -> Bool {
      guard text.count > 7, text[4] == UInt8(ascii: " "), text.prefix(4).array.allSatisfy(\.isHexDigit) else {
        return false
      }
      if text.dropFirst(5).hasPrefix("- <SPACES/NULLS>") { return true }
      return text[5].isHexDigit && text[6].isHexDigit && (text[7] == UInt8(ascii: " ") || text[7] == UInt8(ascii: "-"))
    }

    /// `> mx.example[192.0.2.1]: 250 2.1.0 Ok`, `< mx.example[192.0.2.1]: EHLO x`, `>>> START Client host RESTRICTIONS
    /// <<<`
    private static func isDialogue(_ text: Bytes) -> Bool {
      if text.hasPrefix(">>> ") { return text.hasSuffix(" <<<") }
      guard text.hasPrefix("> ") || text.hasPrefix("< "), let peer = Peer(text.dropFirst(2)) else { return false }
      let rest = text.dropFirst(2 + peer.length)
      return rest.hasPrefix(":")
    }

    /// `match_hostname: …`, `been_here: …`, `smtpd_peer_init: …`, `unknown_address_tempfail_action = defer_if_permit`:
    /// a name of the program's source, in lower case with an underscore.
    private static func isFunction(_ text: Bytes) -> Bool {
      var length = 0
      var hasUnderscore = false
      while length < text.count, length < Limits.verboseBytes {
        let byte = text[length]
        if byte == UInt8(ascii: "_") {
          hasUnderscore = true
        } else if !(byte &- 0x61 < 26 || byte.isDigit && length > 0) {
          break
        }
        length += 1
      }
      guard hasUnderscore, length > 0 else { return false }
      let rest = text.dropFirst(length)
      return rest.hasPrefix(": ") || rest.hasPrefix(" = ") || rest == ":" || rest == " ="
    }

    private static let beginnings: [StaticString] = [
      "input attribute name: ", "input attribute value: ", "send attr ", "connect to subsystem ",
      "connection established", "connection closed", "idle timeout -- exiting", "master disconnect -- exiting",
      "process generation: ", "cleanup flags = ", "before input_transp_cleanup: ", "after input_transp_cleanup: ",
      "initial envelope ", "extracted envelope ", "Compiled against Berkeley DB: ",
      "Run-time linked against Berkeley DB: ", "rewrite stream disconnect", "proxymap stream disconnect", "fsspace: ",
      "mynetworks: ", "relay_domains: ", "request: ", "request ignored", "done incoming queue scan",
      "done deferred queue scan", "start incoming queue scan", "start deferred queue scan",
      "start sorted recipient list", "end sorted recipient list", "start move queue ", "end move queue ",
      "open incoming/", "open active/", "open deferred/", "open maildrop/", "host name lookup methods: ",
      "connecting to ", "fd=", "trying... [", "event: SMFIC_", "reply: SMFIR_", "skipping event SMFIC_",
      "skipping reply for event SMFIC_", "free milter ", "free all milters", "abort all milters",
      "disconnect event to all milters", "discarding EHLO keywords: ",
      // smtpd_tls_loglevel = 2 and more
      "initializing the server-side TLS engine", "initializing the client-side TLS engine", "SSL_accept:",
      "SSL_connect:", "SSL3 alert ", "looking for session ", "looking up session ", "reloaded session ",
      "save session ", "remove session ", "Reusing old session", "certificate verification depth=", "verify return: ",
      "subject=", "issuer=", "verify error:num=", "Peer cert verify depth=", "Peer verification: ",
      "starting TLS engine", "global TLS level: ", "delete smtp", "put smtp", "lookup smtp", "read smtp", "open smtp",
      "write smtp", "read from ", "write to ", "Read ", "Write ",
      // the SASL library, under the name of the daemon
      "DIGEST-MD5 common mech free", "sql auxprop plugin ", "sql plugin ", "sql_select option missing",
      "begin transaction", "commit transaction",
    ]

    /// What stands behind a peer.
    private static let sessions: [StaticString] = [
      "discarding EHLO keywords: ", "TLS cipher list ", "looking up session ", "reloaded session ", "save session ",
      "remove session ", "Reusing old session", "Issuing session ticket, ", "Decrypting session ticket, ",
      "re-using session with untrusted ", "raw public key fingerprint=", "depth=", "verify=", "matched peername: ",
      "Matched ", "SNI hostname: ", "certificate verification depth=", "verify return: ",
    ]

    private static let enclosed: [(StaticString, StaticString)] = [
      ("begin ", " address list"), ("end ", " address list"), ("wakeup ", " secs"), ("send ", " milters"),
      ("lookup ", " flags 0"), ("lookup ", " flags"), ("lookup ", " flags "), ("pref ", ""),
      ("report ", " to all milters"), ("report recipient to all milters (flags=", ")"),
    ]
  }
}
