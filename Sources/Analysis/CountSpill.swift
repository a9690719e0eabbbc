import Bytes
import Glibc

/// Counts of names that are no longer in memory: a temporary file, in parts by the names, so that each part can be counted by
/// itself.
final class CountSpill {
  /// A count as it was moved here; its bytes are valid until the next one is read.
  struct Record {
    /// The list that it belongs to.
    var list: UInt8
    var name: Bytes
    /// A `NameCount`.
    var count: UnsafeRawBufferPointer
  }

  private struct Part {
    var waiting = ByteWriter(capacity: CountSpill.blockBytes)
    var blocks: [(offset: Int, count: Int, used: Int)] = []
  }

  private let file: Int32
  private let folder: String
  private var parts = [Part](repeating: Part(), count: CountSpill.partCount)
  private var end = 0
  /// What went wrong; once set, nothing more is written.
  private var failure: AnalysisError?

  private static let partCount = 64
  private static let blockBytes = 1 << 13
  private static let headBytes = 6

  init(folder: String = CountSpill.usualFolder) {
    self.folder = folder
    var path = Array("\(folder)/mailflow-XXXXXX".utf8CString)
    file = mkstemp(&path)
    if file < 0 { fail() } else { unlink(path) }
  }

  /// Where files for a while belong: the same folders in the same order as SQLite has them.
  private static var usualFolder: String {
    let folders = [getenv("TMPDIR").map { String(cString: $0) }, "/var/tmp"].compactMap { $0 }
    return folders.first { !$0.isEmpty && access($0, W_OK | X_OK) == 0 } ?? "/tmp"
  }

  deinit { if file >= 0 { close(file) } }

  func add<Count: NameCount>(_ count: Count, of name: Bytes, to list: UInt8) {
    let part = Int(KeyedHash.hash(name, seed: KeyedHash.key) % UInt64(CountSpill.partCount))
    let head = CountSpill.headBytes + MemoryLayout<Count>.size
    if parts[part].waiting.count + head + name.count > CountSpill.blockBytes { flush(part) }
    withUnsafeTemporaryAllocation(byteCount: head, alignment: 8) { buffer in
      buffer[0] = list
      buffer[1] = UInt8(MemoryLayout<Count>.size)
      buffer.storeBytes(of: UInt32(name.count), toByteOffset: 2, as: UInt32.self)
      buffer.storeBytes(of: count, toByteOffset: CountSpill.headBytes, as: Count.self)
      parts[part].waiting.write(Bytes(UnsafeRawBufferPointer(buffer)))
    }
    parts[part].waiting.write(name)
  }

  /// Writes a whole block, or several: systems do not like halves.
  private func flush(_ part: Int) {
    let used = parts[part].waiting.count
    guard used > 0 else { return }
    guard failure == nil else { return parts[part].waiting.removeAll() }
    while parts[part].waiting.count % CountSpill.blockBytes != 0 { parts[part].waiting.write(byte: 0) }
    let count = parts[part].waiting.count
    if !parts[part].waiting.flush(to: file) { fail() }
    parts[part].blocks.append((end, count, used))
    end += count
  }

  private func fail() { failure = failure ?? .noRoom(folder: folder, reason: String(cString: strerror(errno))) }

  /// Gives all records to `body`, part by part; equal names are in one part.
  func forEachPart(_ body: (_ records: (_ each: (Record) -> Void) -> Void) -> Void) throws(AnalysisError) {
    for part in parts.indices { flush(part) }
    for part in parts {
      if let failure { throw failure }
      body { each in
        for block in part.blocks { read(block, each) }
      }
    }
    if let failure { throw failure }
  }

  private func read(_ block: (offset: Int, count: Int, used: Int), _ each: (Record) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: block.count, alignment: 8) { buffer in
      var done = 0
      while done < block.count {
        let count = pread(file, buffer.baseAddress! + done, block.count - done, off_t(block.offset + done))
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return fail() }
        done += count
      }
      var rest = UnsafeRawBufferPointer(rebasing: buffer[..<block.used])
      while !rest.isEmpty {
        let name = Int(rest.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        let (start, end) = (CountSpill.headBytes, CountSpill.headBytes + Int(rest[1]))
        each(
          Record(
            list: rest[0], name: Bytes(UnsafeRawBufferPointer(rebasing: rest[end..<(end + name)])),
            count: UnsafeRawBufferPointer(rebasing: rest[start..<end])))
        rest = UnsafeRawBufferPointer(rebasing: rest[(end + name)...])
      }
    }
  }
}
