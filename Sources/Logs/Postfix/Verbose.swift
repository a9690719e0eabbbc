import Bytes

extension Postfix {
  /// Lines that Postfix writes only when told to be verbose (`smtpd -v`, debug_peer_list): the innards of a program, and dialogues that
  /// may hold passwords. They are known, and nothing of them is kept.
  enum Verbose {
    static func matches(_ text: Bytes) -> Bool {
      if let first = text.first, first == UInt8(ascii: ">") || first == UInt8(ascii: "<") { return isDialogue(text) }
      if isFunction(text) { return true }
      return beginnings.contains { text.hasPrefix($0) } || (text.count <= 512 && text.contains(" socket: wanted attribute: "))
    }

    /// `> mx.example[192.0.2.1]: 250 2.1.0 Ok`, `< mx.example[192.0.2.1]: EHLO x`, `>>> START Client host RESTRICTIONS <<<`
    private static func isDialogue(_ text: Bytes) -> Bool {
      if text.hasPrefix(">>> ") { return text.hasSuffix(" <<<") }
      guard text.hasPrefix("> ") || text.hasPrefix("< "), let peer = Peer(text.dropFirst(2)) else { return false }
      let rest = text.dropFirst(2 + peer.length)
      return rest.hasPrefix(":")
    }

    /// `match_hostname: …`, `been_here: …`, `smtpd_peer_init: …`, `unknown_address_tempfail_action = defer_if_permit`: a name of the
    /// program's source, in lower case with an underscore.
    private static func isFunction(_ text: Bytes) -> Bool {
      var length = 0
      var hasUnderscore = false
      while length < text.count, length < 64 {
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
      "input attribute name: ", "input attribute value: ", "send attr ", "been_here: ", "connect to subsystem ", "connection established",
      "connection closed", "idle timeout -- exiting", "master disconnect -- exiting", "process generation: ",
      "Compiled against Berkeley DB", "Run-time linked against Berkeley DB", "cleanup flags = ", "initial envelope ",
      "extracted envelope ", "rewrite stream disconnect", "proxymap stream disconnect", "after input_transp_cleanup: ",
      "before input_transp_cleanup: ", "fsspace: ", "request ignored", "done deferred queue scan", "done incoming queue scan",
      "start sorted ", "end sorted ", "start move queue ", "end move queue ", "wakeup ", "begin ", "end ", "lookup ", "pref ",
      "host name lookup methods: ", "connecting to ", "deliver_message: ", "watchdog_", "name_mask: ", "event_", "vstream_",
      "dict_", "reverse ", "trigger ", "recipient limit ", "auto_clnt_", "inet_addr_", "mynetworks: ", "relay_domains: ",
      "permit_mynetworks: ", "generic_checks: ", "resolve_clnt: ", "ctable_locate: ", "match_", "smtpd_", "report ", "mail_stream_",
      "open ", "connect from ", "attr_", "unlink ", "remove ", "private/", "public/",
    ]
  }
}
