import Bytes
import CZlib

/// Unpacks gzip (RFC 1952): one member after the other, as far as the bytes are sound.
final class Inflater {
  /// How the packed bytes ended.
  enum End {
    /// Behind the last member, perhaps with padding or foreign bytes after it.
    case complete
    case failed(ArchiveError)
  }

  /// nil as long as there is more.
  private(set) var end: End?
  /// Where in the file bytes begin that follow the last member and belong to none; zeros are padding and do not count.
  private(set) var foreignOffset: Int64?

  private let file: OpenFile
  private let packed = UnsafeMutablePointer<UInt8>.allocate(capacity: Limits.packedBlockBytes)
  // zlib keeps a pointer to its stream, so the stream must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isInsideMember = true
  private var problem: String?
  /// Bytes of the blocks filled so far.
  private var unpackedBytes: Int64 = 0

  /// Unpacks `file`, of which `head`, at most a packed block, has been read already. Nil if there is no memory for it.
  init?(_ file: OpenFile, head: Bytes) {
    self.file = file
    stream.initialize(to: z_stream())
    let gzipOnly: Int32 = 16 + MAX_WBITS
    guard inflateInit2_(stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
    packed.update(from: head.start, count: head.count)
    stream.pointee.next_in = packed
    stream.pointee.avail_in = UInt32(head.count)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  /// Fills `block` as far as it can and returns the number of bytes: less than `capacity` only at the end.
  func fill(_ block: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    stream.pointee.next_out = block
    stream.pointee.avail_out = UInt32(capacity)
    var produced: Int { capacity - Int(stream.pointee.avail_out) }
    while produced < capacity && end == nil {
      if stream.pointee.avail_in == 0 && refill(keeping: 0) == 0 {
        if end == nil && isInsideMember { fail("unexpected end of the packed data", produced) }
        if end == nil { end = .complete }
      } else if isInsideMember {
        inflateSome()
        if let problem { fail(problem, produced) }
      } else {
        beginMember()
      }
    }
    unpackedBytes += Int64(produced)
    return produced
  }

  private func inflateSome() {
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInsideMember = false
    case Z_MEM_ERROR: problem = "no memory left"
    default: problem = Inflater.words(for: stream.pointee.msg.map { String(cString: $0) } ?? "")
    }
  }

  /// RFC 1952 §2.2: members simply follow each other. Tapes and some writers pad the last one with zeros.
  private func beginMember() {
    while stream.pointee.avail_in > 0 && stream.pointee.next_in[0] == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    guard stream.pointee.avail_in > 0 else { return }
    if stream.pointee.avail_in == 1 { _ = refill(keeping: 1) }
    let next = Bytes(start: stream.pointee.next_in, count: Int(stream.pointee.avail_in))
    if Compression.detect(next) == .gzip {
      inflateReset(stream)
      isInsideMember = true
    } else {
      foreignOffset = fileOffset
      if end == nil { end = .complete }
    }
  }

  /// Reads packed bytes behind the last `kept` ones, and returns how many.
  private func refill(keeping kept: Int) -> Int {
    packed.update(from: stream.pointee.next_in, count: kept)
    var count = 0
    do throws(ArchiveError) {
      count = try file.read(into: packed + kept, capacity: Limits.packedBlockBytes - kept)
    } catch {
      end = .failed(error)
    }
    stream.pointee.next_in = packed
    stream.pointee.avail_in = UInt32(kept + count)
    return count
  }

  /// The offset in the file of the first packed byte that has not been used.
  private var fileOffset: Int64 { file.offset - Int64(stream.pointee.avail_in) }

  private func fail(_ reason: String, _ produced: Int) {
    end = .failed(
      .damaged(
        path: file.path, unpackedBytes: unpackedBytes + Int64(produced), fileOffset: fileOffset, reason: reason))
  }

  /// What zlib's message means for the file.
  private static func words(for message: String) -> String {
    switch message {
    case "incorrect data check": "crc mismatch"
    case "incorrect length check": "length mismatch"
    case "incorrect header check", "header crc mismatch", "unknown header flags set", "unknown compression method":
      "bad gzip header"
    case "": "bad packed data"
    default: message
    }
  }
}
