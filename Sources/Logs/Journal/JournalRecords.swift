package import Bytes

/// Cuts a stream of journal entries that are not lines into the entries, whatever blocks it comes in.
package final class JournalRecords {
  private let framing: LogFraming
  /// The start of an entry that the blocks so far did not end.
  private var carried: [UInt8] = []
  /// Where in the stream the next entry begins.
  private var offset: Int64 = 0
  /// Whether an entry is too long, and is passed up to its end.
  private var isSkipping = false
  /// Entries that were longer than `Limits.recordBytes`; none of them was handed out.
  package private(set) var skipped = 0

  /// For `.journalExport` or `.journalObjects`.
  package init(framing: LogFraming) { self.framing = framing }

  /// Hands out every entry that ends within the next block of the stream, with its place in the stream in bytes.
  package func consume(_ block: Bytes, _ body: (_ record: Bytes, _ offset: Int64) -> Void) {
    guard !carried.isEmpty else {
      keep(block.dropFirst(cut(block, body)))
      return
    }
    carried.append(contentsOf: UnsafeBufferPointer(start: block.start, count: block.count))
    let all = carried
    carried.removeAll(keepingCapacity: true)
    all.withBytes { keep($0.dropFirst(cut($0, body))) }
  }

  /// Hands out what the stream ended with, if its last entry has no end.
  package func finish(_ body: (_ record: Bytes, _ offset: Int64) -> Void) {
    if !carried.isEmpty && !isSkipping { carried.withBytes { body($0, offset) } }
    offset += Int64(carried.count)
    carried = []
  }

  /// Hands out the entries that are complete and returns how many bytes they take.
  private func cut(_ bytes: Bytes, _ body: (Bytes, Int64) -> Void) -> Int {
    var done = 0
    while let length = length(bytes.dropFirst(done)) {
      let record = bytes[done..<done + length]
      if !isSkipping && !record.trimmed.isEmpty { body(record, offset) }
      isSkipping = false
      done += length
      offset += Int64(length)
    }
    return done
  }

  private func length(_ bytes: Bytes) -> Int? {
    if isSkipping { return bytes.firstIndex(of: separator).map { $0 + separator.utf8CodeUnitCount } }
    switch framing {
    case .journalExport: return JournalExport.recordLength(bytes)
    case .journalObjects: return bytes.firstIndex(of: separator).map { $0 + separator.utf8CodeUnitCount }
    case .lines: return bytes.firstIndex(of: 0x0A).map { $0 + 1 }
    }
  }

  /// What ends an entry whose start is not known. A brace begins a line only at the end of an object.
  private var separator: StaticString { framing == .journalObjects ? "\n}\n" : "\n\n" }

  private func keep(_ rest: Bytes) {
    var rest = rest
    if rest.count > Limits.recordBytes {
      if !isSkipping { skipped += 1 }
      isSkipping = true
      // The end may be cut between two blocks.
      let dropped = rest.count - (separator.utf8CodeUnitCount - 1)
      rest = rest.dropFirst(dropped)
      offset += Int64(dropped)
    }
    carried = rest.array
  }
}
