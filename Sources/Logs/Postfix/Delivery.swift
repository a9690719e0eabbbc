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
          guard let comma = rest.firstIndex(of: { $0.equal(to: UInt8(ascii: ",")) }) else { return false }
          attribute(rest, until: comma, fact)
          position += comma
        }
      }
      fact.event = .delivery
      fact[.recipient] = text[4..<close]
      fact[.transport] = Bytes(transport)
      return true
    }

    /// One of the parts between the recipient and the status. What stands behind `end` is there so that its last bytes
    /// can be read eight at a time.
    private static func attribute(_ text: Bytes, until end: Int, _ fact: Fact) {
      switch text.first {
      case UInt8(ascii: "d"):
        if text.hasPrefix("delay=") {
          fact[.delay] = seconds(text, at: 6)?.value
        } else if text.hasPrefix("delays=") {
          delays(text, from: 7, to: end, fact)
        } else if text.hasPrefix("dsn=") {
          let code = text[4..<end]
          if Reply.enhancedCodeLength(code) == code.count { fact[.enhancedCode] = code }
        }
      case UInt8(ascii: "r") where text.hasPrefix("relay="):
        relay(text, from: 6, to: end, fact)
      default:
        // conn_use= and tls= say nothing that the connection's own lines do not say better.
        break
      }
    }

    private static func relay(_ text: Bytes, from start: Int, to end: Int, _ fact: Fact) {
      if let peer = Peer(text.dropFirst(start)), start + peer.length == end {
        peer.fillRelay(of: fact)
      } else if end > start, text[start..<end] != "none" {
        fact[.relayName] = text[start..<end]
      }
    }

    /// `0.28/0/0/1.1`
    private static func delays(_ text: Bytes, from start: Int, to end: Int, _ fact: Fact) {
      guard let before = seconds(text, at: start), text[before.end] == UInt8(ascii: "/"),
        let queue = seconds(text, at: before.end + 1), text[queue.end] == UInt8(ascii: "/"),
        let connection = seconds(text, at: queue.end + 1), text[connection.end] == UInt8(ascii: "/"),
        let transmission = seconds(text, at: connection.end + 1), transmission.end == end
      else { return }
      fact[.delayBeforeQueue] = before.value
      fact[.delayInQueue] = queue.value
      fact[.delayConnection] = connection.value
      fact[.delayTransmission] = transmission.value
    }

    /// `1.3`, `0`, `57589`, in microseconds, and the index behind it. Digits beyond the sixth are cut.
    @inline(__always)
    private static func seconds(_ text: Bytes, at start: Int) -> (value: Int64, end: Int)? {
      guard let whole = text.integer(at: start), whole.end - start <= 12 else { return nil }
      let value = whole.value &* 1_000_000
      guard whole.end < text.count, text[whole.end] == UInt8(ascii: ".") else { return (value, whole.end) }
      let point = whole.end + 1
      let end = text.firstIndex(from: point) { ~$0.digits } ?? text.count
      return (value &+ ByteWord(text, at: point).millionths(digits: min(end - point, 7)), end)
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
