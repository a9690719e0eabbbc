import Bytes
import Facts

extension Postfix {
  /// Lines of the delivery agents: `smtp(8)`, `lmtp(8)`, `local(8)`, `virtual(8)`, `pipe(8)`, `error(8)`, `retry(8)`,
  /// `discard(8)`.
  enum Delivery {
    static func read(_ text: Bytes, _ fact: Fact, transport: StaticString) -> Recognition {
      if let (id, rest) = QueueID.split(text) {
        fact[.queueID] = id
        if rest.hasPrefix("to=<") {
          if attempt(rest, fact, transport: transport) { return .recognized }
        } else if Trouble.read(rest, fact) {
          return .recognized
        }
      } else if Trouble.read(text, fact) {
        return .recognized
      }
      return Daemon.read(text, fact)
    }

    /// `to=<a@example.net>, orig_to=<b>, relay=mx.example.net[192.0.2.1]:25, conn_use=2, delay=1.3,
    /// delays=0.28/0/0/1.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as DB57387AE0)`, in one line.
    ///
    /// The first bytes are those of the recipient, the last ones those of the other host: neither may be taken for
    /// ours.
    static func attempt(_ text: Bytes, _ fact: Fact, transport: StaticString) -> Bool {
      guard let close = Angled.close(text, from: 4) else { return false }
      var position = close + 1
      var isComplete = false
      while !isComplete {
        guard position + 2 < text.count, text[position] == UInt8(ascii: ","), text[position + 1] == UInt8(ascii: " ")
        else { return false }
        position += 2
        let rest = text.dropFirst(position)
        switch text[position] {
        case UInt8(ascii: "s") where rest.hasPrefix("status="):
          guard status(rest.dropFirst(7), fact) else { return false }
          isComplete = true
        case UInt8(ascii: "o") where rest.hasPrefix("orig_to=<"):
          guard let end = Angled.close(text, from: position + 9) else { return false }
          fact[.originalRecipient] = text[position + 9..<end]
          position = end + 1
        default:
          guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { return false }
          attribute(rest.prefix(comma), fact)
          position += comma
        }
      }
      fact.event = .delivery
      fact[.recipient] = text[4..<close]
      fact[.transport] = Bytes(transport)
      return true
    }

    private static func attribute(_ text: Bytes, _ fact: Fact) {
      switch text.first {
      case UInt8(ascii: "d"):
        if text.hasPrefix("delay=") {
          var cursor = ByteCursor(text.dropFirst(6))
          fact[.delay] = seconds(&cursor)
        } else if text.hasPrefix("delays=") {
          delays(text.dropFirst(7), fact)
        } else if text.hasPrefix("dsn=") {
          let code = text.dropFirst(4)
          if Reply.enhancedCodeLength(code) == code.count { fact[.enhancedCode] = code }
        }
      case UInt8(ascii: "r") where text.hasPrefix("relay="):
        relay(text.dropFirst(6), fact)
      default:
        // conn_use= and tls= say nothing that the connection's own lines do not say better.
        break
      }
    }

    private static func relay(_ text: Bytes, _ fact: Fact) {
      if let peer = Peer(text), peer.length == text.count {
        peer.fillRelay(of: fact)
      } else if !text.isEmpty, !(text == "none") {
        fact[.relayName] = text
      }
    }

    /// `0.28/0/0/1.1`
    private static func delays(_ text: Bytes, _ fact: Fact) {
      var cursor = ByteCursor(text)
      guard let before = seconds(&cursor), cursor.take(UInt8(ascii: "/")),
        let queue = seconds(&cursor), cursor.take(UInt8(ascii: "/")),
        let connection = seconds(&cursor), cursor.take(UInt8(ascii: "/")),
        let transmission = seconds(&cursor), cursor.isAtEnd
      else { return }
      fact[.delayBeforeQueue] = before
      fact[.delayInQueue] = queue
      fact[.delayConnection] = connection
      fact[.delayTransmission] = transmission
    }

    /// `1.3`, `0`, `57589`, with at most six digits behind the point, in microseconds.
    @inline(__always)
    private static func seconds(_ cursor: inout ByteCursor) -> Int64? {
      var value: Int64 = 0
      var digits = 0
      while let byte = cursor.peek, byte.isDigit {
        value = value &* 10 &+ Int64(byte &- 0x30)
        digits += 1
        cursor.position += 1
      }
      guard digits > 0, digits <= 12 else { return nil }
      value &*= 1_000_000
      guard cursor.take(UInt8(ascii: ".")) else { return value }
      var unit: Int64 = 100_000
      while let byte = cursor.peek, byte.isDigit {
        value &+= Int64(byte &- 0x30) &* unit
        unit /= 10
        cursor.position += 1
      }
      return value
    }

    /// `sent (250 2.0.0 Ok: queued as DB57387AE0)`; a line that was cut has no closing parenthesis.
    private static func status(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let space = text.firstIndex(of: UInt8(ascii: " ")), space > 0, space + 1 < text.count,
        text[space + 1] == UInt8(ascii: "(")
      else { return false }
      fact[.status] = text.prefix(space)
      let isWhole = text.count > space + 2 && text.last == UInt8(ascii: ")")
      let reply = isWhole ? text[space + 2..<text.count - 1] : text.dropFirst(space + 2)
      if !reply.isEmpty { DeliveryText.fill(fact, reply, isWhole: isWhole) }
      return true
    }
  }
}
