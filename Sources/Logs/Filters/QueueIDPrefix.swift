import Bytes

/// The queue id that milters write first: `4bYx2k1PvLz3w: `, or `(unknown-jobid): ` where the MTA gave none.
enum QueueIDPrefix {
  /// Reads the prefix with its colon and space. No bytes stand for an unknown id; nil, and nothing read, if there is
  /// no prefix.
  @inline(__always)
  static func take(_ cursor: inout ByteCursor) -> Bytes? {
    let start = cursor.position
    if cursor.take("(unknown-jobid): ") { return .empty }
    let id = cursor.take { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
    guard FilterLimits.queueIDBytes.contains(id.count), cursor.take(": ") else {
      cursor.position = start
      return nil
    }
    return id
  }
}
