import Bytes
import Facts

extension Postfix {
  /// The other end of a connection: `mx.example[192.0.2.1]:25`, `unknown[2001:db8::1]`, `[192.0.2.1]:4711` or
  /// `imap.example[private/dovecot-lmtp]`.
  struct Peer {
    /// Empty where only the address was logged.
    let name: Bytes
    /// An address or a socket.
    let address: Bytes
    let port: Int64?
    /// How many bytes it takes.
    let length: Int

    /// Reads a peer at the beginning of `text`.
    @inline(__always)
    init?(_ text: Bytes) {
      guard
        let open = text.firstIndex(of: {
          $0.equal(to: UInt8(ascii: "[")) | $0.atMost(0x20) | $0.equal(to: UInt8(ascii: ","))
        }), text[open] == UInt8(ascii: "["),
        let close = text.firstIndex(from: open + 1, of: { $0.equal(to: UInt8(ascii: "]")) | $0.atMost(0x20) }),
        text[close] == UInt8(ascii: "]"), close > open + 1
      else { return nil }
      name = text.prefix(open)
      address = text[open + 1..<close]
      var end = close + 1
      var number: Int64?
      if end < text.count, text[end] == UInt8(ascii: ":") {
        // Six digits are more than a port has.
        if let (value, last) = text.prefix(end + 7).integer(at: end + 1), value <= 65535 {
          number = value
          end = last
        } else if text.dropFirst(end).hasPrefix(":unknown") {
          end += 8
        }
      }
      port = number
      length = end
    }

    /// Says that this is the client, or the host that mail is given to.
    @inline(__always)
    func fill(_ fact: Fact, isClient: Bool) {
      if isClient { fillClient(of: fact) } else { fillRelay(of: fact) }
    }

    /// Says that this is the client; a name or address that is `unknown` is left out.
    @inline(__always)
    func fillClient(of fact: Fact) {
      if !name.isEmpty, !(name == "unknown") { fact[.clientName] = name }
      if !(address == "unknown") { fact[.clientAddress] = address }
      if let port { fact[.clientPort] = port }
    }

    /// Says that this is the host that mail is given to.
    @inline(__always)
    func fillRelay(of fact: Fact) {
      if !name.isEmpty { fact[.relayName] = name }
      if !(address == "unknown") { fact[.relayAddress] = address }
      if let port { fact[.relayPort] = port }
    }
  }
}
