import Archive
import Bytes
import Logs
import Messages

/// What is known of a source before it is read.
struct SourcePlan {
  let source: Source
  let id: Int32
  let format: SourceFormat
  let logOptions: LogOptions
  let known: KnownSource?
  let fingerprint: Fingerprint?
  /// Whether more of it may be on its way, and will be read then.
  let mayGrow: Bool
  let compression: Compression
  /// The time of its first line.
  let first: Timestamp?
  /// Open already, since it can be read only once.
  let stream: ByteStream?

  /// What looking at a source's first bytes led to.
  enum Look {
    case read(SourcePlan)
    case done(SourceResult)
  }

  /// Opens the source, looks at its beginning, and tells what to do with it.
  ///
  /// - Parameter isNamed: the user named it; what was only found in a folder may be left out when it is no mail matter.
  static func look(at source: Source, isNamed: Bool, options: IngestOptions, ledger: any SourceLedger) -> Look {
    var result = SourceResult(path: source.path)
    do throws(ArchiveError) {
      let stream = try ByteStream(source)
      let prefix = try stream.peek(Limits.detectionBytes)
      if prefix.isEmpty {
        result.skipped = "empty"
        return .done(result)
      }
      // A log in it can be read, but so would be the heads of its members.
      if Compression.isTar(prefix) { throw .unsupported(path: source.path, compression: .tar) }
      guard let format = options.format ?? SourceFormat.detect(prefix) else {
        let sentence = "not a log, message or mailbox that mailflow knows"
        if isNamed {
          result.error = "\(source.path): \(sentence). See `mailflow formats`, or force one with --as."
        } else {
          result.skipped = sentence
        }
        return .done(result)
      }
      let known = ledger.known(prefix: prefix)
      if let known, try isKnownToItsEnd(source, stream, known) {
        result.id = known.id
        result.format = format.name
        result.skipped = "already read"
        return .done(result)
      }
      return .read(plan(source, stream: stream, prefix: prefix, format: format, known: known, options: options, ledger))
    } catch {
      result.error = error.description
      switch error {
      case .missing, .unreadable, .notAFile: result.isMissing = true
      default: break
      }
      return .done(result)
    }
  }

  private static func plan(
    _ source: Source, stream: ByteStream, prefix: Bytes, format: SourceFormat, known: KnownSource?,
    options: IngestOptions, _ ledger: any SourceLedger
  ) -> SourcePlan {
    var anchor = source.kind == .file ? source.modified : Timestamp.now
    if let written = stream.headerModificationTime { anchor = min(anchor, written) }
    let year = options.years[source.path] ?? known?.year ?? options.year
    let logOptions = LogOptions(host: options.host, timeZone: options.timeZone, anchor: anchor, year: year)
    var first: Timestamp?
    if case .log(let format) = format { first = LogReader.firstTime(of: prefix, format: format, options: logOptions) }
    let isFresh = source.modified > Timestamp.now.advanced(bySeconds: -Limits.growthSeconds)
    let mayGrow = options.readsAgain && source.kind == .file && stream.compression == .none && isFresh
    return SourcePlan(
      source: source, id: known?.id ?? ledger.newID(path: source.path), format: format, logOptions: logOptions,
      known: known, fingerprint: Fingerprint.of(prefix), mayGrow: mayGrow,
      compression: stream.compression, first: first, stream: source.kind == .file ? nil : stream)
  }

  /// What it tells the user.
  var look: SourceLook {
    SourceLook(path: source.path, format: format.name, compression: compression, start: known?.readTo ?? 0)
  }

  /// Whether there is nothing behind what was read before. A packed file must be unpacked to know.
  private static func isKnownToItsEnd(
    _ source: Source, _ stream: ByteStream, _ known: KnownSource
  ) throws(ArchiveError) -> Bool {
    guard source.kind == .file else { return false }
    if stream.compression == .none { return source.size <= known.readTo }
    return try ByteStream(source, from: known.readTo).nextBlock() == nil
  }
}

extension SourceFormat {
  /// What a source is, told from its first bytes; nil if it is nothing that mailflow reads.
  static func detect(_ prefix: Bytes) -> SourceFormat? {
    if let format = LogFormat.detect(prefix) { return .log(format) }
    switch MessageFormat.detect(prefix) {
    case .message: return .message
    case .mbox: return .mbox
    case nil: return LogFormat.detect(beginning(of: prefix)).map { .log($0) }
    }
  }

  /// The first lines: a log that other programs wrote into as well still begins like one.
  private static func beginning(of prefix: Bytes) -> Bytes {
    var end = 0
    for _ in 0..<Limits.beginningLines {
      guard let feed = prefix.firstIndex(of: 0x0A, from: end) else { break }
      end = feed + 1
    }
    return prefix.prefix(end)
  }
}
