package import Bytes
import Glibc

/// A line of a stream.
package struct Line {
  /// Without its line feed; a carriage return before it stays. Valid until the next line is asked for.
  package let bytes: Bytes
  /// Where it begins in the unpacked stream.
  package let offset: Int64
  /// The stream ended before a line feed: a writer may be in the middle of it.
  package let isPartial: Bool
}

/// The lines of a stream, whatever bytes they hold.
///
/// It does not decide what a line means, nor whether a partial one is worth reading.
package final class LineReader {
  /// Lines that were longer than the limit, so that their tail was skipped.
  package private(set) var cutLines: Int64 = 0
  /// The offset in the unpacked stream of the first byte that belongs to no line handed out so far.
  package var offset: Int64 { endOffset - Int64(end - cursor) }

  private let nextBlock: () throws(ArchiveError) -> Bytes?
  private let limit: Int
  private var cursor: UnsafePointer<UInt8>
  private var end: UnsafePointer<UInt8>
  /// The offset in the unpacked stream of `end`. Only this is kept: a second count would be written with every line.
  private var endOffset: Int64
  /// A line that lies in more than one block is put together here.
  private let joined: UnsafeMutablePointer<UInt8>
  /// Thrown when the bytes before it have been handed out.
  private var failure: ArchiveError?

  /// Reads the lines of `stream` from where it stands.
  package convenience init(_ stream: ByteStream) {
    self.init(offset: stream.offset, limit: Limits.lineBytes) { () throws(ArchiveError) in try stream.nextBlock() }
  }

  /// Reads the lines of the blocks that `nextBlock` gives; each is valid until the next is asked for.
  init(offset: Int64, limit: Int, nextBlock: @escaping () throws(ArchiveError) -> Bytes?) {
    endOffset = offset
    self.limit = limit
    self.nextBlock = nextBlock
    cursor = Bytes.empty.start
    end = cursor
    joined = .allocate(capacity: max(1, limit))
  }

  deinit { joined.deallocate() }

  /// The next line; nil at the end of the stream.
  ///
  /// Of a damaged stream all lines before the damage come first, the last of them perhaps partial; then every call
  /// throws.
  package func next() throws(ArchiveError) -> Line? {
    let left = end - cursor
    if left > 0, let hit = memchr(cursor, 0x0A, left) {
      let count = UnsafeRawPointer(hit) - UnsafeRawPointer(cursor)
      if count <= limit {
        let line = Line(bytes: Bytes(start: cursor, count: count), offset: offset, isPartial: false)
        cursor += count + 1
        return line
      }
    }
    return try nextJoined()
  }

  /// A line that is not whole in the block at hand, or that is too long.
  private func nextJoined() throws(ArchiveError) -> Line? {
    let start = offset
    var length = 0
    var kept = 0
    var isPartial = false
    while true {
      if cursor == end && !loadBlock() {
        if length == 0 {
          if let failure { throw failure }
          return nil
        }
        isPartial = true
        break
      }
      let left = end - cursor
      let hit = memchr(cursor, 0x0A, left)
      let piece = hit.map { UnsafeRawPointer($0) - UnsafeRawPointer(cursor) } ?? left
      let part = min(piece, limit - kept)
      (joined + kept).update(from: cursor, count: part)
      kept += part
      length += piece
      cursor += piece + (hit == nil ? 0 : 1)
      if hit != nil { break }
    }
    if length > limit { cutLines += 1 }
    return Line(bytes: Bytes(start: joined, count: kept), offset: start, isPartial: isPartial)
  }

  /// Gets the next block. False at the end, and where reading fails, which `failure` remembers.
  private func loadBlock() -> Bool {
    guard failure == nil else { return false }
    do throws(ArchiveError) {
      guard let block = try nextBlock() else { return false }
      cursor = block.start
      end = block.end
      endOffset += Int64(block.count)
      return true
    } catch {
      failure = error
      return false
    }
  }
}
