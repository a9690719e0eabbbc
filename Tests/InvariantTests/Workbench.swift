import Analysis
import Bytes
import CZlib
import Correlation
import Glibc
import Ingest
import Store
import Testing

@testable import mailflow

/// A folder with logs and stores, which lasts as long as the test that made it.
final class Workbench {
  let path: String

  init() {
    var template = Array("/tmp/mailflow-invariants-XXXXXX".utf8CString)
    _ = mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Workbench.remove(path) }

  private static func remove(_ path: String) {
    chmod(path, 0o700)
    for name in names(in: path) where Glibc.remove("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
    Glibc.remove(path)
  }

  /// The names of a folder's entries.
  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      var name = entry.pointee.d_name
      let text = withUnsafeBytes(of: &name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if text != "." && text != ".." { names.append(text) }
    }
    return names
  }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = fopen("\(path)/\(name)", "w")
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return "\(path)/\(name)"
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  /// Writes a gzipped file and returns its path.
  func writePacked(_ name: String, _ text: String) -> String {
    let file = gzopen("\(path)/\(name)", "w")
    let bytes = Array(text.utf8)
    gzwrite(file, bytes, UInt32(bytes.count))
    gzclose(file)
    return "\(path)/\(name)"
  }

  /// Reads files into the store of that name.
  @discardableResult
  func ingest(_ paths: [String], into store: String, year: Int? = nil) throws -> Ingestion {
    var options = IngestOptions(timeZone: .utc)
    options.year = year
    return try Ingestion.run(
      InputReading(paths, options: options, quiet: true, narration: Narration(isOn: false, zone: .utc)),
      path: "\(path)/\(store)")
  }

  /// The canonical dump of the store of that name, by lines; the file is found to be sound.
  func dump(_ store: String) throws -> [String] {
    var lines: [String] = []
    let store = try Store.open("\(path)/\(store)")
    let check = try store.database.prepare("PRAGMA integrity_check")
    #expect(try check.step())
    #expect(check.string(0) == "ok")
    try CanonicalDump(store).run { lines.append($0.string) }
    return lines
  }

  /// The report over all that the store of that name has.
  func report(_ store: String) throws -> TrafficReport {
    let store = try Store.open("\(path)/\(store)")
    let since = Timestamp(seconds: 0)
    let until = Timestamp(seconds: 4_000_000_000)
    let tally = Tally(ReportQuery(since: since, until: until, zone: .utc), lexicon: store.lexicon)
    try store.replay(since: since, until: until, to: tally)
    return try tally.finish()
  }
}

/// Expects two dumps to be equal and shows where they are not.
func expectEqual(
  _ dump: [String], _ expected: [String], _ context: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard dump != expected else { return }
  let more = dump.difference(from: expected).insertions.prefix(3).map(\.text).joined()
  let less = expected.difference(from: dump).insertions.prefix(3).map(\.text).joined()
  Issue.record(
    "\(context): \(dump.count) lines for \(expected.count)\nonly here:\n\(more)only expected:\n\(less)",
    sourceLocation: sourceLocation)
}

extension CollectionDifference<String>.Change {
  fileprivate var text: String {
    switch self {
    case .insert(_, let element, _), .remove(_, let element, _): element
    }
  }
}
