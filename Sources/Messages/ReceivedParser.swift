import Bytes

/// Reads the value of a `Received` field, unfolded.
///
///     from mx (mx.example.org [192.0.2.1]) by store (Postfix) with ESMTPS id 4bYx2k1PvLz3w for <a@b.org>; Fri, 23 …
struct ReceivedParser {
  private enum Clause {
    case none, from, by, with, id, recipient, other
  }

  private var cursor: ByteCursor
  private var received = Received()
  private var client = ReceivedClient()
  private var clause = Clause.none
  /// Whether the keyword still waits for its value.
  private var isWaiting = false
  private var seen: Set<Clause> = []
  /// A `<` stands somewhere before that nothing closes.
  private var isBracketOpen = false
  /// The words of the protocol, from the first to the last.
  private var protocolRange: Range<Int>?

  static func parse(_ value: Bytes) -> Received {
    var parser = ReceivedParser(cursor: ByteCursor(value))
    return parser.parse()
  }

  private init(cursor: ByteCursor) { self.cursor = cursor }

  private mutating func parse() -> Received {
    while true {
      _ = cursor.take(while: \.isSpace)
      guard let byte = cursor.peek else { break }
      if byte == 0x28 {
        if let comment = cursor.takeComment() { take(comment: comment) }
        isWaiting = false
      } else if cursor.take(0x3B) {
        received.time = MailDate.parse(ReceivedParser.lastPart(cursor.rest))
        break
      } else {
        let start = cursor.position
        take(word: takeWord(), at: start)
      }
    }
    if let protocolRange { received.protocol = whole[protocolRange].array }
    client.write(to: &received)
    return received
  }

  private var whole: Bytes {
    let rest = cursor.rest
    return Bytes(start: rest.start - cursor.position, count: rest.count + cursor.position)
  }

  /// Up to a space, a comment or a semicolon; what is quoted or in angle brackets belongs together.
  private mutating func takeWord() -> Bytes {
    let text = cursor.rest
    var index = 0
    scan: while index < text.count {
      switch text[index] {
      case 0x22:
        var quoted = ByteCursor(text.dropFirst(index))
        index += quoted.takeQuoted() == nil ? 1 : quoted.position
      case 0x5C: index = min(index + 2, text.count)
      case 0x3C where index == 0 && !isBracketOpen:
        let end = ReceivedParser.closingBracket(text)
        // One that is never closed is looked for once, or hostile fields would take quadratic time.
        isBracketOpen = end == nil
        index = end ?? 1
      case 0x20, 0x09, 0x0D, 0x0A, 0x28, 0x3B: break scan
      default: index += 1
      }
    }
    cursor.position += index
    return text.prefix(index)
  }

  /// Behind the `>` that closes the `<` at the front, quoted ones passed over.
  private static func closingBracket(_ text: Bytes) -> Int? {
    var index = 1
    while index < text.count && text[index] != 0x3E {
      var quoted = ByteCursor(text.dropFirst(index))
      let step = text[index] == 0x5C ? 2 : 1
      index += quoted.takeQuoted() == nil ? step : quoted.position
    }
    return index < text.count ? index + 1 : nil
  }

  private mutating func take(word: Bytes, at start: Int) {
    if !isWaiting, let keyword = ReceivedParser.keyword(word) {
      // The first of each counts: programs that add to others' fields add at the end.
      clause = seen.insert(keyword).inserted ? keyword : .other
      isWaiting = true
      return
    }
    switch clause {
    case .from where isWaiting: client.token = word
    case .from: client.take(address: word)
    case .by where isWaiting: received.by = ReceivedParser.unbracketed(word).array
    case .with: protocolRange = (protocolRange?.lowerBound ?? start)..<(start + word.count)
    case .id where isWaiting: received.id = ReceivedParser.unbracketed(word).array
    case .recipient where isWaiting: received.recipient = ReceivedParser.unbracketed(word).array
    default: break
    }
    isWaiting = false
  }

  private mutating func take(comment: Bytes) {
    var inside = ByteCursor(comment)
    if inside.take("envelope-from ") || inside.take("envelope-sender ") {
      received.sender = ReceivedParser.unbracketed(inside.rest.trimmed).array
    } else if clause == .from {
      client.take(comment: comment)
    }
    // `with Microsoft SMTP Server (TLS) id …`: words behind the comment belong to no protocol.
    if clause == .with { clause = .other }
  }

  private static func keyword(_ word: Bytes) -> Clause? {
    switch word.count {
    case 2: word.equalsIgnoringCase(Bytes("by")) ? .by : word.equalsIgnoringCase(Bytes("id")) ? .id : nil
    case 3:
      word.equalsIgnoringCase(Bytes("for")) ? .recipient : word.equalsIgnoringCase(Bytes("via")) ? .other : nil
    case 4: word.equalsIgnoringCase(Bytes("from")) ? .from : word.equalsIgnoringCase(Bytes("with")) ? .with : nil
    default: nil
    }
  }

  private static func unbracketed(_ word: Bytes) -> Bytes {
    guard word.first == 0x3C else { return word }
    return word.last == 0x3E ? word.dropFirst().dropLast() : word.dropFirst()
  }

  /// The date stands behind the last semicolon that is in no comment.
  private static func lastPart(_ text: Bytes) -> Bytes {
    var cursor = ByteCursor(text)
    var start = 0
    while let byte = cursor.peek {
      if byte == 0x28 {
        _ = cursor.takeComment()
        continue
      }
      cursor.position += 1
      if byte == 0x3B { start = cursor.position }
    }
    return text.dropFirst(start)
  }
}
