package import Bytes

/// A message of a mailbox: where it lies, and its head.
package struct MailboxMessage: Equatable, Sendable {
  /// Where the `From …` line before it begins; nil for one that has none.
  package let separatorOffset: Int64?
  /// The bytes of the message, without the empty line that separates it from the next.
  package let range: Range<Int64>
  /// The reverse-path of the `From …` line; nil if it names none.
  package let sender: [UInt8]?
  /// The head with the empty line behind it, every line ended by a line feed; at most `Limits.headBytes`.
  package let head: [UInt8]
  /// The head was longer than that.
  package let isHeadCut: Bool
}

/// Takes a mailbox apart (mboxo, mboxrd, mboxcl), line by line. It keeps one head at a time and no body.
///
/// `Content-Length` is not believed. A `From …` line separates messages if it looks like a separator, the line behind
/// it looks like a header field, and an empty line stands before it; without that it must hold a date or a bare `-`.
package struct MailboxReader {
  private struct Candidate {
    let separator: MailboxSeparator
    let offset: Int64
    /// Where the message before it ends.
    let previousEnd: Int64
  }

  private var begin: Int64?
  private var separatorOffset: Int64?
  private var sender: [UInt8]?
  private var head: [UInt8] = []
  private var isInHead = false
  private var isHeadCut = false
  /// Where the line before begins, if it was empty.
  private var emptyLineOffset: Int64?
  private var candidate: Candidate?

  package init() {}

  /// Takes the next line, without its line feed; a message is given when the next one has begun.
  package mutating func take(_ line: Bytes, at offset: Int64) -> MailboxMessage? {
    var finished: MailboxMessage?
    if let candidate {
      self.candidate = nil
      if FieldText.nameLength(line) != nil || line.hasPrefix(">From ") {
        finished = finish(at: candidate.previousEnd)
        separatorOffset = candidate.offset
        sender = candidate.separator.sender
        start(at: offset)
      }
    }
    let isEmpty = line.isEmpty || (line.count == 1 && line[0] == 0x0D)
    let isFirst = begin == nil && finished == nil
    let text = isFirst && line.hasPrefix("\u{FEFF}") ? line.dropFirst(3) : line
    if let separator = MailboxSeparator(text), isFirst || emptyLineOffset != nil || separator.isStrong {
      candidate = Candidate(separator: separator, offset: offset, previousEnd: emptyLineOffset ?? offset)
    } else if begin == nil {
      start(at: offset)
    }
    if isInHead && candidate == nil { appendToHead(line, isEmpty: isEmpty) }
    emptyLineOffset = isEmpty ? offset : nil
    return finished
  }

  /// The last message, when the mailbox has ended at `end`.
  package mutating func finish(at end: Int64) -> MailboxMessage? {
    defer {
      begin = nil
      separatorOffset = nil
      sender = nil
      candidate = nil
    }
    guard let begin else { return nil }
    return MailboxMessage(
      separatorOffset: separatorOffset, range: begin..<max(begin, end), sender: sender, head: head,
      isHeadCut: isHeadCut)
  }

  private mutating func start(at offset: Int64) {
    begin = offset
    isInHead = true
    isHeadCut = false
    emptyLineOffset = nil
    head.removeAll(keepingCapacity: true)
  }

  private mutating func appendToHead(_ line: Bytes, isEmpty: Bool) {
    if head.count + line.count >= Limits.headBytes {
      isInHead = false
      isHeadCut = true
      return
    }
    head.append(contentsOf: UnsafeBufferPointer(start: line.start, count: line.count))
    head.append(0x0A)
    if isEmpty { isInHead = false }
  }
}
