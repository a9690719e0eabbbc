package import Bytes
package import Facts

/// What is known about a source beside its bytes.
package struct LogOptions: Sendable {
  /// The host of lines that name none. Where a line's host is this name's first label, the whole name is used.
  package var host: String?
  /// The zone of stamps without an offset.
  package var timeZone: TimeZone
  /// When the source was last written; stamps without a year do not lie behind it.
  package var anchor: Timestamp
  /// The year of the first stamp without one.
  package var year: Int?

  package init(host: String? = nil, timeZone: TimeZone = .utc, anchor: Timestamp, year: Int? = nil) {
    (self.host, self.timeZone, self.anchor, self.year) = (host, timeZone, anchor, year)
  }
}

/// Reads the lines of one source in their order: the head, then the text by the program that wrote it.
package final class LogReader {
  /// The format of the newest line that had a head.
  package var format: LogFormat { current }
  private var current: LogFormat
  private let heads: LineHeads
  private let readers: ReaderCache
  private let hostName: TextStorage
  private let host: Bytes
  private let hostLabel: Bytes
  private let lastLine = LastLine()

  package convenience init(options: LogOptions, format: LogFormat = .syslogRFC3164) {
    self.init(options: options, format: format, programs: { Programs.reader(for: $0) })
  }

  /// `programs` finds the reader of a program.
  package init(options: LogOptions, format: LogFormat, programs: @escaping (Bytes) -> TextReader?) {
    current = format
    heads = LineHeads(options: options)
    readers = ReaderCache(find: programs)
    let name = options.host ?? ""
    let storage = TextStorage(capacity: name.utf8.count)
    hostName = storage
    host = name.withBytes { storage.append($0) }
    hostLabel = host.prefix(host.firstIndex(of: 0x2E) ?? host.count)
  }

  /// The year that the first stamp without one was given, nil if there was none.
  package var firstYear: Int? { heads.clock.firstYear }

  /// At the end of the source: not 0 if it must be read again with `firstYear + yearCorrection` as the year of its
  /// options, because it spans more than a year.
  package var yearCorrection: Int { heads.clock.yearCorrection }

  /// Reads one line without its line end, or one record of a format with another framing, into `fact`, whose texts are
  /// valid until the next call, and no longer than the line is.
  package func read(_ line: Bytes, into fact: Fact) -> Recognition {
    let line = line.last == 0x0D ? line.dropLast() : line
    fact.clear()
    fact.count = 1
    guard let head = heads.read(current, line, fact) ?? readOtherwise(line, fact) else {
      return unrecognized(line, fact)
    }
    qualifyHost(fact)
    if head != .message {
      (fact.program, fact.pid, fact.text) = (.empty, 0, line)
      return head == .repetition ? repeatLast(fact) : .ignored
    }
    if fact.text.first == 0x6D, let inner = RepeatedMessage.inner(fact.text) {
      fact.text = inner.text
      fact.count = inner.count
    } else if fact.text.first == 0x6C || fact.text.first == 0x2D, let count = RepeatedMessage.lastCount(fact.text) {
      fact.count = count
      return repeatLast(fact)
    }
    guard let reader = readers.reader(for: fact.program) else {
      lastLine.forget()
      return .ignored
    }
    if current == .syslogRFC3164 || current == .syslogRFC3339 { lastLine.keep(line, fact) }
    return reader._withUnsafeGuaranteedRef { $0(fact.text, fact) }
  }

  /// A line whose head is not that of the lines before it: the logging daemon may have been configured anew.
  @inline(never)
  private func readOtherwise(_ line: Bytes, _ fact: Fact) -> HeadResult? {
    guard current.framing == .lines else { return nil }
    for other in LogFormat.lineFormats where other != current {
      fact.clear()
      if let head = heads.read(other, line, fact) {
        current = other
        return head
      }
    }
    return nil
  }

  /// A line without a head that we know.
  private func unrecognized(_ line: Bytes, _ fact: Fact) -> Recognition {
    fact.clear()
    fact.time = Timestamp(microseconds: 0)
    (fact.host, fact.program, fact.pid, fact.text) = (host, .empty, 0, line)
    lastLine.forget()
    // An empty line, or one that journalctl writes between boots: `-- Boot 94741b907f794d9188e367d5b89b3480 --`.
    return line.isEmpty || line.hasPrefix("-- ") && line.hasSuffix(" --") ? .ignored : .unrecognized
  }

  /// `last message repeated N times`: reads the line before once more.
  private func repeatLast(_ fact: Fact) -> Recognition {
    guard !lastLine.text.isEmpty, lastLine.host == fact.host else { return .ignored }
    (fact.program, fact.pid, fact.text) = (lastLine.program, lastLine.pid, lastLine.text)
    guard let reader = readers.reader(for: fact.program) else { return .ignored }
    return reader._withUnsafeGuaranteedRef { $0(fact.text, fact) }
  }

  @inline(__always)
  private func qualifyHost(_ fact: Fact) {
    if fact.host.isEmpty || fact.host.count == hostLabel.count && fact.host.equalsIgnoringCase(hostLabel) {
      fact.host = host
    }
  }
}

// MARK: - The first stamp

extension LogReader {
  /// The first stamp of a source, told from its first bytes, so that sources can be read in the order of time; nil if
  /// there is none.
  package static func firstTime(of start: Bytes, format: LogFormat, options: LogOptions) -> Timestamp? {
    let heads = LineHeads(options: options)
    let fact = Fact()
    var found: Timestamp?
    func look(_ piece: Bytes) -> Bool {
      let formats = format.framing == .lines ? [format] + LogFormat.lineFormats : [format]
      for format in formats where heads.read(format, piece, fact) != nil {
        found = fact.time
        return true
      }
      return false
    }
    let start = start.prefix(Limits.detectionBytes)
    guard format.framing == .lines else {
      let records = JournalRecords(framing: format.framing)
      records.consume(start) { record, _ in if found == nil { _ = look(record) } }
      return found
    }
    var cursor = ByteCursor(start)
    while !cursor.isAtEnd {
      let line = cursor.take(upTo: UInt8(0x0A)) ?? cursor.takeRest()
      _ = cursor.take(0x0A)
      if look(line.last == 0x0D ? line.dropLast() : line) { break }
    }
    return found
  }
}
