import Bytes
import Glibc

/// A file descriptor that is closed when nobody needs it any more, and the offset that reading has reached.
final class OpenFile: @unchecked Sendable {
  let path: String
  private let descriptor: Int32
  /// Bytes read so far, counted from the start of the file.
  private(set) var offset: Int64 = 0

  init(path: String, expecting kind: Source.Kind) throws(ArchiveError) {
    self.path = path
    switch kind {
    case .standardInput:
      descriptor = dup(STDIN_FILENO)
      guard descriptor >= 0 else { throw .opening("standard input", code: errno) }
    case .stream:
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
      guard descriptor >= 0 else { throw .opening(path, code: errno) }
    case .file:
      // Without O_NONBLOCK a file that was replaced by a pipe since it was listed would hold us up for ever.
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      guard descriptor >= 0 else { throw .opening(path, code: errno) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, FileKind(status) == .regular else {
        close(descriptor)
        throw .notAFile(path: path, kind: FileKind(status).description)
      }
    }
  }

  deinit { close(descriptor) }

  /// How the file is packed; reading is not moved by asking.
  var compressionAtStart: Compression {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { buffer in
      let count = pread(descriptor, buffer.baseAddress!, buffer.count, 0)
      return Compression.detect(Bytes(start: buffer.baseAddress!, count: max(0, count)))
    }
  }

  /// Reads what there is, at most `capacity` bytes; 0 at the end.
  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(ArchiveError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer, capacity)
      if count >= 0 {
        offset += Int64(count)
        return count
      }
      if errno == EINTR { continue }
      throw .readFailed(path: path, fileOffset: offset, reason: systemReason(errno))
    }
  }

  /// Goes on at `target`. False if the file cannot do that.
  func seek(to target: Int64) -> Bool {
    guard lseek(descriptor, off_t(target), SEEK_SET) == off_t(target) else { return false }
    offset = target
    return true
  }
}
