import Archive
import ArgumentParser
import Bytes
import Correlation
import Facts
import Glibc
import Ingest
import Store

/// What is to be read, and how.
struct InputReading {
  var options: IngestOptions
  let paths: [String]
  /// Those of them that the user named, if some were found.
  private let named: Set<String>?
  let narration: Narration
  private let quiet: Bool

  init(_ paths: [String], named: [String]? = nil, options: IngestOptions, quiet: Bool, narration: Narration) {
    self.paths = paths
    self.named = named.map { Set($0) }
    self.options = options
    self.quiet = quiet
    self.narration = narration
  }

  /// Reads all into `sink`, and tells a terminal how far it is.
  func run(ledger: any SourceLedger, sink: Assembler) -> IngestRun {
    let run = IngestRun(options: options, ledger: ledger, sink: sink)
    var progress = ProgressLine()
    if !quiet && isatty(STDERR_FILENO) == 1 {
      run.progress = { progress.show(bytes: $0, total: $1, lines: $2) }
    }
    narration.follow(run, host: options.host)
    run.run(paths, named: named)
    progress.clear()
    narration.read(run)
    return run
  }
}

/// A line on a terminal that tells how far a reading is.
struct ProgressLine {
  private let start = Timestamp.now
  private var shown = Timestamp.now
  private var isVisible = false

  mutating func show(bytes: Int64, total: Int64, lines: Int64) {
    let now = Timestamp.now
    guard now.microseconds - shown.microseconds > 200_000, now.microseconds - start.microseconds > 1_000_000 else {
      return
    }
    shown = now
    let seconds = Double(now.microseconds - start.microseconds) / 1e6
    var text = "\r\u{1B}[K\(bytes / 1_000_000) MB, \(lines) lines, \(Int64(Double(lines) / seconds)) lines/s"
    if total > bytes && bytes > 0 {
      text += ", about \(Int64(seconds * Double(total - bytes) / Double(bytes)) + 1) s left"
    }
    ProgressLine.write(text)
    isVisible = true
  }

  private static func write(_ text: String) {
    var out = ByteWriter()
    out.write(text)
    _ = out.flush(to: STDERR_FILENO)
  }

  mutating func clear() {
    if isVisible { ProgressLine.write("\r\u{1B}[K") }
  }
}

/// The sources that a store knows, for recognising them again.
final class StoreLedger: SourceLedger {
  private var sources: [SourceRow]
  private var nextID: Int32

  init(_ store: Store) throws(StoreError) {
    sources = try store.sources()
    nextID = Int32((sources.map(\.id).max() ?? 0) + 1)
  }

  func known(prefix: Bytes) -> KnownSource? {
    for source in sources {
      let fingerprint = Fingerprint(
        length: source.fingerprint.length, low: source.fingerprint.low, high: source.fingerprint.high)
      guard source.fingerprint.length > 0, fingerprint.matches(prefix) else { continue }
      return KnownSource(id: Int32(source.id), readTo: source.readTo, lines: source.lines, year: source.year)
    }
    return nil
  }

  func newID(path: String) -> Int32 {
    defer { nextID += 1 }
    return nextID
  }

  /// Writes down what was read.
  func save(_ results: [SourceResult], host: String?, in store: Store) throws(StoreError) {
    for result in results {
      guard let id = result.id else { continue }
      let known = sources.first { $0.id == Int64(id) }
      guard result.skipped == nil else {
        if var moved = known, moved.path != result.path {
          moved.path = result.path
          try store.save(moved)
        }
        continue
      }
      let fingerprint = result.fingerprint
      var row = SourceRow(
        id: Int64(id), path: result.path, format: result.format ?? "",
        fingerprint: known.flatMap { $0.fingerprint.length >= (fingerprint?.length ?? 0) ? $0.fingerprint : nil }
          ?? (fingerprint?.length ?? 0, fingerprint?.low ?? 0, fingerprint?.high ?? 0))
      row.host = host
      row.readTo = max(result.readTo, known?.readTo ?? 0)
      row.bytes = max(result.size, known?.bytes ?? 0)
      row.recognized = (known?.recognized ?? 0) + result.durableCounts.recognized
      row.ignored = (known?.ignored ?? 0) + result.durableCounts.ignored
      row.unrecognized = (known?.unrecognized ?? 0) + result.durableCounts.unrecognized
      row.first = [known?.first, result.first].compactMap { $0 }.min()
      row.last = [known?.last, result.last].compactMap { $0 }.max()
      row.year = result.lastYear ?? known?.year
      try store.save(row)
      for template in result.templates {
        try store.add(
          template: template.template, count: template.count, example: template.example, line: template.line,
          source: Int64(id))
      }
    }
  }
}

extension [SourceResult] {
  /// Inputs were named, and none of them is there.
  var areAllMissing: Bool { !isEmpty && allSatisfy(\.isMissing) }
}

/// The same as `judge`, but where no input is there at all the command ends: there is nothing to answer.
func judgeUnlessAllMissing(_ results: [SourceResult]) throws -> ExitCode? {
  let status = judge(results)
  if let status, results.areAllMissing { throw status }
  return status
}

/// Complains about inputs that could not be read, and says what exit status that makes.
///
/// - Parameter isFollowing: lines that have no end yet are read in a moment.
func judge(_ results: [SourceResult], isFollowing: Bool = false) -> ExitCode? {
  var status: ExitCode?
  for result in results {
    if let error = result.error {
      Complaint.write(error)
      status = result.isMissing && status != Status.damagedInput ? Status.missingInput : Status.damagedInput
    }
    if result.isUnfinished && !isFollowing {
      Complaint.write("\(result.path): the last line has no end yet; it is left for the next time.")
    }
    if result.cutLines > 0 {
      let lines = result.cutLines == 1 ? "1 line was" : "\(Quantities.count(result.cutLines)) lines were"
      Complaint.write("\(result.path): \(lines) longer than 1 MiB; what is behind that was not read.")
    }
  }
  return status
}
