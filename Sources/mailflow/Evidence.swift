import Analysis
import Archive
import Bytes
import Correlation
import Ingest
import Store

/// Finds the lines of sources again.
final class EvidenceLines {
  private let sources: [Int64: SourceRow]

  init(_ store: Store) throws(StoreError) {
    sources = Dictionary(uniqueKeysWithValues: try store.sources().map { ($0.id, $0) })
  }

  /// The lines at these places, in the order of sources and lines; without text where the source is gone or has changed.
  func lines(at places: [Evidence]) -> [EvidenceLine] {
    let sorted = Set(places).sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
    var lines: [EvidenceLine] = []
    var at = 0
    while at < sorted.count {
      let source = sorted[at].source
      let end = sorted[at...].firstIndex { $0.source != source } ?? sorted.count
      lines += read(Array(sorted[at..<end]), of: sources[Int64(source)])
      at = end
    }
    return lines
  }

  private func read(_ places: [Evidence], of source: SourceRow?) -> [EvidenceLine] {
    let path = source?.path ?? "?"
    var lines = places.map { EvidenceLine(source: path, line: $0.line, offset: $0.offset, text: nil) }
    guard let source, let reader = open(source, from: places[0].offset) else { return lines }
    var next = 0
    while next < places.count, let line = try? reader.next() {
      if line.offset == places[next].offset {
        lines[next].text = line.bytes.array
        next += 1
      }
    }
    return lines
  }

  private func open(_ source: SourceRow, from offset: Int64) -> LineReader? {
    guard let file = try? Source(path: source.path), isUnchanged(file, source),
      let stream = try? ByteStream(file, from: offset)
    else { return nil }
    return LineReader(stream)
  }

  /// Whether the file still begins as the source did.
  private func isUnchanged(_ file: Source, _ source: SourceRow) -> Bool {
    let (length, low, high) = source.fingerprint
    guard length > 0 else { return true }
    guard let stream = try? ByteStream(file) else { return false }
    // The bytes that are looked at belong to the stream.
    return withExtendedLifetime(stream) {
      (try? stream.peek(length)).map { Fingerprint(length: length, low: low, high: high).matches($0) } ?? false
    }
  }
}
