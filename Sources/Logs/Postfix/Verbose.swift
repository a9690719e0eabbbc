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
      return text.prefix(Limits.verboseBytes).contains(": wanted attribute: ")
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
      "disconnect event to all milters",
    ]

    private static let enclosed: [(StaticString, StaticString)] = [
      ("begin ", " address list"), ("end ", " address list"), ("wakeup ", " secs"), ("send ", " milters"),
      ("lookup ", " flags 0"), ("lookup ", " flags"), ("lookup ", " flags "), ("pref ", ""),
      ("report ", " to all milters"), ("report recipient to all milters (flags=", ")"),
    ]
  }
}
