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
        } else if Trouble.read(rest, fact) || ContentCheck.readSent(rest, fact) {
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
          guard let comma = attribute(text, at: position, fact) else { return false }
          position = comma
        }
      }
      fact.event = .delivery
      fact[.recipient] = text[4..<close]
      fact[.transport] = Bytes(transport)
      return true
    }

    /// Reads one of the parts between the recipient and the status; the index of the comma behind it.
    private static func attribute(_ text: Bytes, at start: Int, _ fact: Fact) -> Int? {
      let rest = text.dropFirst(start)
      switch rest.first {
      case UInt8(ascii: "d"):
        if rest.hasPrefix("delay=") {
          if let delay = seconds(text, at: start + 6), isComma(text, at: delay.end) {
            fact[.delay] = delay.value
            return delay.end
          }
        } else if rest.hasPrefix("delays=") {
          if let end = delays(text, from: start + 7, fact) { return end }
        } else if rest.hasPrefix("dsn="), let comma = comma(text, from: start + 4) {
          let code = text[start + 4..<comma]
          if Reply.enhancedCodeLength(code) == code.count { fact[.enhancedCode] = code }
          return comma
        }
      case UInt8(ascii: "r"):
        if rest.hasPrefix("relay="), let comma = comma(text, from: start + 6) {
          relay(text, from: start + 6, to: comma, fact)
          return comma
        }
      default:
        // conn_use= and tls= say nothing that the connection's own lines do not say better.
        break
      }
      return comma(text, from: start)
    }

    @inline(__always)
    private static func isComma(_ text: Bytes, at index: Int) -> Bool {
      index < text.count && text[index] == UInt8(ascii: ",")
    }

    @inline(__always)
    private static func comma(_ text: Bytes, from start: Int) -> Int? {
      text.firstIndex(from: start, of: { $0.equal(to: UInt8(ascii: ",")) })
    }

    private static func relay(_ text: Bytes, from start: Int, to end: Int, _ fact: Fact) {
      if let peer = Peer(text.dropFirst(start)), start + peer.length == end {
        peer.fillRelay(of: fact)
      } else if end > start, text[start..<end] != "none" {
        fact[.relayName] = text[start..<end]
      }
    }

    /// `0.28/0/0/1.1` and a comma: its index.
    private static func delays(_ text: Bytes, from start: Int, _ fact: Fact) -> Int? {
      guard let before = seconds(text, at: start), let queue = seconds(text, behindSlashAt: before.end),
        let connection = seconds(text, behindSlashAt: queue.end),
        let transmission = seconds(text, behindSlashAt: connection.end), isComma(text, at: transmission.end)
      else { return nil }
      fact[.delayBeforeQueue] = before.value
      fact[.delayInQueue] = queue.value
      fact[.delayConnection] = connection.value
      fact[.delayTransmission] = transmission.value
      return transmission.end
    }

    @inline(__always)
    private static func seconds(_ text: Bytes, behindSlashAt index: Int) -> (value: Int64, end: Int)? {
      guard index < text.count, text[index] == UInt8(ascii: "/") else { return nil }
      return seconds(text, at: index + 1)
    }

    /// `1.3`, `0`, `57589`, in microseconds, and the index behind it. Digits beyond the sixth are cut.
    @inline(__always)
    private static func seconds(_ text: Bytes, at start: Int) -> (value: Int64, end: Int)? {
      guard let whole = text.integer(at: start), whole.end - start <= 12 else { return nil }
      let value = whole.value &* 1_000_000
      guard whole.end < text.count, text[whole.end] == UInt8(ascii: ".") else { return (value, whole.end) }
      let point = whole.end + 1
      let word = ByteWord(text, at: point)
      let length = (~word.digits).first
      let end = length < 8 ? point + length : text.firstIndex(from: point) { ~$0.digits } ?? text.count
      return (value &+ word.millionths(digits: min(length, 7)), end)
    }

    /// `sent (250 2.0.0 Ok: queued as DB57387AE0)`; a line that was cut has no closing parenthesis.
    private static func status(_ text: Bytes, _ fact: Fact) -> Bool {
      guard let space = text.firstIndex(of: { $0.equal(to: UInt8(ascii: " ")) }), space > 0, space + 1 < text.count,
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
