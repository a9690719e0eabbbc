package import Bytes
import Glibc

/// The unpacked bytes of a source, block by block.
///
/// A plain file is read directly; gzip is inflated ahead by a thread. Memory is bounded by the blocks, not the size.
package final class ByteStream {
  package let source: Source
  /// How the content is packed, as its first bytes say.
  package let compression: Compression
  /// When the packed file was modified, as the first gzip header says (RFC 1952 §2.3.1, MTIME); nil if it does not.
  package let headerModificationTime: Timestamp?
  /// The offset, in the unpacked bytes, of what `nextBlock` gives next.
  package private(set) var offset: Int64 = 0

  private let file: OpenFile
  private let readAhead: ReadAhead?
  /// Of a plain file: the one block that is read into.
  private let buffer: UnsafeMutablePointer<UInt8>
  /// What has been read or inflated but not handed out.
  private var pending = Bytes.empty

  /// Opens `source` and goes on at `start`, an offset in the unpacked bytes. One that ends before it gives nothing.
  ///
  /// A plain file is entered there at once, anything else is read and dropped up to it.
  package init(_ source: Source, from start: Int64 = 0) throws(ArchiveError) {
    let file = try OpenFile(path: source.path, expecting: source.kind)
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Limits.blockBytes)
    var head = Bytes.empty
    do throws(ArchiveError) {
      head = try ByteStream.read(file, into: buffer, after: 0, atLeast: 10, capacity: Limits.packedBlockBytes)
      compression = Compression.detect(head)
      switch compression {
      case .none: readAhead = nil
      case .gzip:
        guard let inflater = Inflater(file, head: head), let ahead = ReadAhead(inflater) else {
          throw .readFailed(path: source.path, fileOffset: 0, reason: "no memory or no thread left to unpack it")
        }
        readAhead = ahead
      default: throw .unsupported(path: source.path, compression: compression)
      }
    } catch {
      buffer.deallocate()
      throw error
    }
    self.source = source
    self.file = file
    self.buffer = buffer
    headerModificationTime = compression == .gzip ? ByteStream.modificationTime(inHeader: head) : nil
    if readAhead == nil { pending = head }
    try skip(to: max(0, start))
  }

  deinit { buffer.deallocate() }

  /// The next block, valid until the next call on this stream; nil at the end.
  ///
  /// A damaged file first gives every byte that can be unpacked, and then throws. A plain file that has grown gives
  /// more after its end when it is asked again.
  package func nextBlock() throws(ArchiveError) -> Bytes? {
    if pending.isEmpty { try load() }
    let block = pending
    pending = .empty
    offset += Int64(block.count)
    return block.isEmpty ? nil : block
  }

  /// The bytes that come next, at least `count` of them unless the stream ends before, without reading past them.
  ///
  /// Of gzip never more than the block at hand (`Limits.blockBytes`, but less at its end). Valid until the next call.
  package func peek(_ count: Int) throws(ArchiveError) -> Bytes {
    if pending.isEmpty { try load() }
    guard readAhead == nil && pending.count < count else { return pending }
    let have = pending.count
    memmove(buffer, pending.start, have)
    pending = Bytes(start: buffer, count: have)
    pending = try ByteStream.read(
      file, into: buffer, after: have, atLeast: min(count, Limits.blockBytes), capacity: Limits.blockBytes)
    return pending
  }

  /// All that is left, but at most `limit` bytes.
  package func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit, let block = try nextBlock() {
      let part = block.prefix(limit - bytes.count)
      bytes.append(contentsOf: UnsafeBufferPointer(start: part.start, count: part.count))
      if part.count < block.count {
        pending = block.dropFirst(part.count)
        offset -= Int64(pending.count)
      }
    }
    return bytes
  }

  /// Where in the packed file bytes begin that follow the last gzip member and belong to none; known at the end.
  package var foreignOffset: Int64? { readAhead?.foreignOffset }

  private func load() throws(ArchiveError) {
    if let readAhead {
      pending = try readAhead.next() ?? .empty
    } else {
      pending = Bytes(start: buffer, count: try file.read(into: buffer, capacity: Limits.blockBytes))
    }
  }

  private func skip(to start: Int64) throws(ArchiveError) {
    guard start > 0 else { return }
    if readAhead == nil && source.kind == .file && file.seek(to: start) {
      pending = .empty
      offset = start
      return
    }
    while offset < start, let block = try nextBlock() {
      guard offset > start else { continue }
      pending = block.dropFirst(block.count - Int(offset - start))
      offset = start
    }
  }

  /// Reads behind the `have` bytes in `buffer` until there are `atLeast`, or the file ends. All that is there then.
  private static func read(
    _ file: OpenFile, into buffer: UnsafeMutablePointer<UInt8>, after have: Int, atLeast: Int, capacity: Int
  ) throws(ArchiveError) -> Bytes {
    var count = have
    while count < atLeast {
      let more = try file.read(into: buffer + count, capacity: capacity - count)
      if more == 0 { break }
      count += more
    }
    return Bytes(start: buffer, count: count)
  }

  private static func modificationTime(inHeader head: Bytes) -> Timestamp? {
    guard head.count >= 8 else { return nil }
    let seconds = (4..<8).reversed().reduce(Int64(0)) { $0 << 8 | Int64(head[$1]) }
    return seconds == 0 ? nil : Timestamp(seconds: seconds)
  }
}
