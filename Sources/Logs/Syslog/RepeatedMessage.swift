import Bytes

/// What syslog daemons write in place of equal lines.
enum RepeatedMessage {
  /// `message repeated 3 times: [ text]` of rsyslog: the text and how often it was written beside the line before it.
  static func inner(_ text: Bytes) -> (text: Bytes, count: Int64)? {
    var cursor = ByteCursor(text)
    guard cursor.take("message repeated "), let count = takeCount(&cursor), cursor.take(" times: [") else { return nil }
    _ = cursor.take(0x20)
    let rest = cursor.rest
    guard rest.last == 0x5D else { return nil }
    return (rest.dropLast(), count)
  }

  /// `last message repeated 3 times` of BSD, perhaps between dashes: how often.
  static func lastCount(_ text: Bytes) -> Int64? {
    var cursor = ByteCursor(text)
    _ = cursor.take("--- ")
    guard cursor.take("last message repeated "), let count = takeCount(&cursor),
      cursor.take(" times") || cursor.take(" time"), cursor.isAtEnd || cursor.take(" ---") || cursor.take(0x0D)
    else { return nil }
    return count
  }

  private static func takeCount(_ cursor: inout ByteCursor) -> Int64? {
    guard let count = cursor.takeInteger(), (1...Limits.repetitions).contains(count) else { return nil }
    return count
  }
}
