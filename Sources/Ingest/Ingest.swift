// Ingest: opens inputs, tells their format, runs bytes → facts → sink. It keeps nothing and knows no store.

package import Archive
package import Bytes
package import Logs

/// What the user said about the inputs.
package struct IngestOptions {
  /// For logs that name no host; completes short names, too.
  package var host: String?
  /// Of stamps without an offset.
  package var timeZone: TimeZone
  /// Of the first stamp without one.
  package var year: Int?
  /// Read all inputs as this, whatever they look like.
  package var format: SourceFormat?
  /// Years found out by a run before, by path: such sources span more than a year.
  package var years: [String: Int] = [:]

  /// Sources will be read again when they have grown.
  package var readsAgain = false

  package init(timeZone: TimeZone) { self.timeZone = timeZone }
}

/// What an input is.
package enum SourceFormat: Equatable, Sendable {
  case log(LogFormat)
  /// One raw message.
  case message
  /// Messages behind `From ` lines.
  case mbox

  package var name: String {
    switch self {
    case .log(let format): format.rawValue
    case .message: "message"
    case .mbox: "mbox"
    }
  }

  package static let all: [SourceFormat] = LogFormat.allCases.map { .log($0) } + [.message, .mbox]
}

/// What a store knows of a source that it has met before.
package struct KnownSource {
  package var id: Int32
  /// The offset up to which it has been read for good.
  package var readTo: Int64
  /// The number of lines before that.
  package var lines: Int64
  /// The year of its last line, where stamps have none.
  package var year: Int?

  package init(id: Int32, readTo: Int64, lines: Int64, year: Int?) {
    self.id = id
    self.readTo = readTo
    self.lines = lines
    self.year = year
  }
}

/// Whoever remembers which sources were read.
package protocol SourceLedger: AnyObject {
  /// What is known of the source that begins with `prefix`.
  func known(prefix: Bytes) -> KnownSource?
  /// The number of a source that is not known.
  func newID(path: String) -> Int32
}

/// Remembers nothing: each source is new.
package final class NoLedger: SourceLedger {
  private var count: Int32 = 0
  package private(set) var paths: [String] = []

  package init() {}

  package func known(prefix: Bytes) -> KnownSource? { nil }

  package func newID(path: String) -> Int32 {
    defer { count += 1 }
    paths.append(path)
    return count
  }
}

/// Lines, by what was made of them: `lines = recognized + ignored + unrecognized`.
package struct LineCounts: Equatable {
  package var recognized: Int64 = 0
  package var ignored: Int64 = 0
  package var unrecognized: Int64 = 0

  package init() {}

  package var lines: Int64 { recognized + ignored + unrecognized }

  package static func + (a: LineCounts, b: LineCounts) -> LineCounts {
    var sum = a
    sum.recognized += b.recognized
    sum.ignored += b.ignored
    sum.unrecognized += b.unrecognized
    return sum
  }
}

/// What the first look at an input told.
package struct SourceLook {
  package var path: String
  package var format: String?
  package var compression = Compression.none
  /// The offset from which it is read: what stands before it was read by an earlier run.
  package var start: Int64 = 0
  /// Why it is left out on purpose.
  package var skipped: String?
}

/// What became of one input.
package struct SourceResult {
  package var path: String
  /// The source's number; nil for what could not be read.
  package var id: Int32?
  package var format: String?
  /// Unpacked bytes that were read in this run.
  package var bytes: Int64 = 0
  package var counts = LineCounts()
  /// The counts without a last line that has no end yet.
  package var durableCounts = LineCounts()
  /// Raw messages.
  package var messages = 0
  package var first: Timestamp?
  package var last: Timestamp?
  /// The last line has no end yet, and was left for the next time.
  package var isUnfinished = false
  /// Why it was left out on purpose.
  package var skipped: String?
  package var error: String?
  /// The path itself cannot be opened, or does not exist.
  package var isMissing = false
  package var fingerprint: Fingerprint?
  /// The offset up to which it need not be read again.
  package var readTo: Int64 = 0
  /// The unpacked size, as far as it is known.
  package var size: Int64 = 0
  package var lastYear: Int?
  /// The year that was taken for its first stamp without one, where nobody had said it.
  package var inferredYear: Int?
  package var templates: [LineTemplate] = []
  /// Its lines were longer than the limit, and cut.
  package var cutLines: Int64 = 0

  package init(path: String) { self.path = path }
}
