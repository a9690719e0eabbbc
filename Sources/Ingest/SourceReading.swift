import Archive
import Bytes
import Facts
import Logs
import Messages

/// One source while it is read: from its first line to its last, in slices of time.
final class SourceReading {
  private(set) var result: SourceResult
  /// The time up to which it has been read.
  private(set) var clock: Timestamp
  private(set) var isAtEnd = false
  /// The year that its first stamp should have had, if the guess was wrong.
  private(set) var correctedYear: Int?

  private let source: Source
  private let plan: SourcePlan
  /// The line at hand. Each source has its own, since one that is ahead of the others is held back.
  private let fact = Fact()
  private var isHeldBack = false
  private var stream: ByteStream?
  private var lines: LineReader?
  private var reader: LogReader?
  private var records: JournalRecords?
  private var mailbox = MailboxReader()
  private var templates = LineTemplates()
  private var lineNumber: Int64

  init(_ plan: SourcePlan) {
    source = plan.source
    self.plan = plan
    clock = plan.first ?? Timestamp(microseconds: .min)
    lineNumber = plan.known?.lines ?? 0
    result = SourceResult(path: source.path)
    result.id = plan.id
    result.format = plan.format.name
    result.fingerprint = plan.fingerprint
    result.readTo = plan.known?.readTo ?? 0
    stream = plan.stream
  }

  /// Bytes of the file that have been read, for showing progress.
  var progress: Int64 { lines?.offset ?? stream?.offset ?? 0 }

  /// Hands on all lines up to `limit`. The first one behind it is read, and held back until it is its turn.
  func advance(until limit: Timestamp, sink: any FactSink) {
    do throws(ArchiveError) {
      try open()
      switch plan.format {
      case .log(let format) where format.framing == .lines: try readLines(until: limit, sink: sink)
      case .log: try readRecords(sink)
      case .message: try readMessage(sink)
      case .mbox: try readMailbox(sink)
      }
    } catch {
      result.error = describe(error)
      result.isMissing = result.counts.lines == 0 && result.bytes == 0 && isOpening(error)
      close()
    }
  }

  private func open() throws(ArchiveError) {
    guard lines == nil && records == nil else { return }
    fact.source = plan.id
    // A message is whole or another one; logs and mailboxes grow.
    let start = plan.format == .message ? 0 : plan.known?.readTo ?? 0
    if stream == nil { stream = try ByteStream(source, from: start) }
    guard case .log(let format) = plan.format else {
      lines = LineReader(stream!)
      return
    }
    reader = LogReader(options: plan.logOptions, format: format)
    if format.framing == .lines {
      lines = LineReader(stream!)
    } else {
      records = JournalRecords(framing: format.framing)
    }
  }

  private func close(size: Int64? = nil) {
    isAtEnd = true
    if let lines {
      result.size = size ?? lines.offset
      result.cutLines = lines.cutLines
    }
    result.bytes = max(0, result.size - (plan.known?.readTo ?? 0))
    result.templates = templates.sorted
    if let reader, reader.yearCorrection != 0, let first = reader.firstYear {
      correctedYear = first + reader.yearCorrection
    }
    if let last = result.last, reader?.firstYear != nil {
      result.lastYear = plan.logOptions.timeZone.civil(at: last).year
    }
    if plan.logOptions.year == nil { result.inferredYear = reader?.firstYear }
    (lines, reader, records, stream) = (nil, nil, nil, nil)
  }

  // MARK: Logs

  private func readLines(until limit: Timestamp, sink: any FactSink) throws(ArchiveError) {
    let lines = self.lines!
    let reader = self.reader!
    if isHeldBack {
      guard clock <= limit else { return }
      isHeldBack = false
      sink.take(fact)
    }
    while let line = try lines.next() {
      if line.isPartial { return try readUnfinished(line, of: lines, sink: sink) }
      let isRecognized = read(line.bytes, offset: line.offset, reader)
      if clock > limit {
        isHeldBack = isRecognized
        return
      }
      if isRecognized { sink.take(fact) }
    }
    keepDurable(readTo: lines.offset)
    close()
  }

  /// The last line has no end. Half a line says something else than the whole one, so it is left where the rest was lost,
  /// or may be on its way.
  private func readUnfinished(_ line: Line, of lines: LineReader, sink: any FactSink) throws(ArchiveError) {
    keepDurable(readTo: line.offset)
    _ = try lines.next()
    result.isUnfinished = plan.mayGrow
    if !plan.mayGrow && read(line.bytes, offset: line.offset, reader!) { sink.take(fact) }
    close(size: plan.mayGrow ? line.offset : lines.offset)
  }

  /// What is read up to here need not be read again, even if the source grows.
  private func keepDurable(readTo: Int64) {
    result.durableCounts = result.counts
    result.readTo = readTo
  }

  private func readRecords(_ sink: any FactSink) throws(ArchiveError) {
    let records = self.records!
    let reader = self.reader!
    while let block = try stream!.nextBlock() {
      records.consume(block) { if read($0, offset: $1, reader) { sink.take(fact) } }
    }
    records.finish { if read($0, offset: $1, reader) { sink.take(fact) } }
    result.size = stream!.offset
    keepDurable(readTo: stream!.offset)
    close()
  }

  /// Reads and counts a line; whether it says something, which then stands in `fact`.
  @inline(__always)
  private func read(_ line: Bytes, offset: Int64, _ reader: LogReader) -> Bool {
    lineNumber += 1
    fact.line = lineNumber
    fact.offset = offset
    switch reader.read(line, into: fact) {
    case .recognized:
      result.counts.recognized += 1
      stamp(fact.time)
      return true
    case .ignored:
      result.counts.ignored += 1
      if fact.time.microseconds != 0 { stamp(fact.time) }
    case .unrecognized:
      result.counts.unrecognized += 1
      if fact.time.microseconds != 0 { stamp(fact.time) }
      templates.count(fact.text, program: fact.program, line: lineNumber)
    }
    return false
  }

  @inline(__always)
  private func stamp(_ time: Timestamp) {
    clock = time
    if result.first == nil {
      result.first = time
      result.last = time
      return
    }
    if time < result.first! { result.first = time }
    if time > result.last! { result.last = time }
  }

  // MARK: Messages

  private func readMessage(_ sink: any FactSink) throws(ArchiveError) {
    let bytes = try stream!.readAll(limit: Messages.Limits.headBytes)
    var size = Int64(bytes.count)
    while let block = try stream!.nextBlock() { size += Int64(block.count) }
    bytes.withBytes { take(MessageHead($0), offset: 0, size: size, sender: nil, sink) }
    result.readTo = size
    close(size: size)
  }

  private func readMailbox(_ sink: any FactSink) throws(ArchiveError) {
    let lines = self.lines!
    while let line = try lines.next() {
      if let message = mailbox.take(line.bytes, at: line.offset) { take(message, sink) }
    }
    if let message = mailbox.finish(at: lines.offset) { take(message, sink) }
    result.readTo = lines.offset
    close()
  }

  private func take(_ message: MailboxMessage, _ sink: any FactSink) {
    message.head.withBytes {
      take(
        MessageHead($0), offset: message.range.lowerBound, size: message.range.upperBound - message.range.lowerBound,
        sender: message.sender, sink)
    }
  }

  private func take(_ head: MessageHead, offset: Int64, size: Int64, sender: [UInt8]?, _ sink: any FactSink) {
    result.messages += 1
    result.counts.recognized += 1
    result.durableCounts = result.counts
    let message = MessageFact(head, size: size, sender: sender)
    message.source = plan.id
    message.offset = offset
    sink.take(message)
  }

  // MARK: Errors

  private func describe(_ error: ArchiveError) -> String {
    let lines = result.counts.lines
    if case .damaged = error, lines > 0 {
      return "\(error.summary) The \(Quantities.count(lines)) lines before it were read. \(error.advice)"
    }
    return error.description
  }

  private func isOpening(_ error: ArchiveError) -> Bool {
    switch error {
    case .missing, .unreadable, .notAFile: true
    default: false
    }
  }
}

extension MessageFact {
  /// What the head of a message says.
  convenience init(_ head: MessageHead, size: Int64, sender: [UInt8]?) {
    self.init()
    self.size = size
    var identity: UInt64 = 0x6D65_7373_6167_6521
    for field in head.fields {
      identity = KeyedHash.hash(field.value, seed: KeyedHash.hash(field.name, seed: identity))
    }
    self.identity = Int64(bitPattern: identity)
    messageID = head.messageID
    subject = head.subject
    self.sender = head.returnPath ?? sender
    recipient = head.deliveredTo.first
    date = head.date
    received = head.received.map { field in
      var fact = ReceivedFact()
      (fact.by, fact.from, fact.clientName, fact.clientAddress) =
        (field.by, field.from, field.clientName, field.clientAddress)
      (fact.helo, fact.protocol, fact.id, fact.recipient, fact.time) =
        (field.helo, field.protocol, field.id, field.recipient, field.time)
      return fact
    }
  }
}
