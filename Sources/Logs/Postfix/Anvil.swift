import Bytes
import Facts

extension Postfix {
  /// Lines of `anvil(8)`, which counts what clients do, and of `scache(8)`, which counts reused connections.
  enum Anvil {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard text.hasPrefix("statistics: ") else { return Daemon.read(text, fact) }
      let rest = text.dropFirst(12)
      if ignored.contains(where: { rest.hasPrefix($0) }) { return .ignored }
      guard rest.hasPrefix("max "), let open = rest.firstIndex(of: " for ("),
        let close = rest.firstIndex(of: ")", from: open)
      else { return .unrecognized }
      fact.event = .other
      fact[.clientAddress] = address(rest[open + 6..<close])
      fact[.reason] = rest
      return .recognized
    }

    private static let ignored: [StaticString] = [
      "max cache size ", "start interval ", "domain lookup ", "address lookup ", "max simultaneous ",
    ]

    /// The client of `smtpd:2001:db8::1`, or of `127.0.0.1:2525:192.0.2.1`, `[::1]:2525:2001:db8::1` and
    /// `localhost:2525:192.0.2.1` where the service listens on an address.
    private static func address(_ text: Bytes) -> Bytes? {
      let bracket = text.first == UInt8(ascii: "[") ? text.firstIndex(of: UInt8(ascii: "]")) : nil
      guard let colon = text.firstIndex(of: UInt8(ascii: ":"), from: bracket ?? 0) else { return nil }
      let name = text.prefix(colon)
      var rest = text.dropFirst(colon + 1)
      if bracket != nil || name.contains(UInt8(ascii: ".")) || name == "localhost",
        let second = rest.firstIndex(of: UInt8(ascii: ":"))
      {
        rest = rest.dropFirst(second + 1)
      }
      return rest.isEmpty ? nil : rest
    }
  }
}
