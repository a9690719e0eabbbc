package import Bytes
import Glibc

/// A file, a pipe or standard input that can be opened as a `ByteStream`, as it was when it was listed.
package struct Source: Sendable, Equatable {
  /// What kind of thing is read.
  package enum Kind: Sendable, Equatable {
    /// A regular file: it has a size and can be read from any offset.
    case file
    /// A named pipe or a character device: it can be read once, from the start.
    case stream
    /// `-`
    case standardInput
  }

  /// As it was named, or the folder as it was named, a slash and the rest; `-` for standard input.
  package let path: String
  package let kind: Kind
  /// Bytes of the file as it lies there, packed or not; 0 for what is not a file.
  package let size: Int64
  /// The file's modification time.
  package let modified: Timestamp
  /// Device and inode number: the same file under another name has the same two.
  package let device: UInt64
  package let inode: UInt64
  /// How the content is packed; nil if that will only be known when it is read.
  package let compression: Compression?

  package var isCompressed: Bool { compression.map { $0 != .none } ?? false }

  /// Standard input.
  package static var standardInput: Source {
    var status = stat()
    _ = fstat(STDIN_FILENO, &status)
    return Source(path: "-", kind: .standardInput, status: status, compression: nil)
  }

  /// The file at `path`, which is followed if it is a symbolic link.
  package init(path: String) throws(ArchiveError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .opening(path, code: errno) }
    try self.init(path: path, status: status)
  }

  /// The file at `path` that `status` was read from.
  init(path: String, status: stat) throws(ArchiveError) {
    switch FileKind(status) {
    case .regular:
      let file = try OpenFile(path: path, expecting: .file)
      self.init(path: path, kind: .file, status: status, compression: file.compressionAtStart)
    case .pipe, .characterDevice:
      self.init(path: path, kind: .stream, status: status, compression: nil)
    case let other: throw .notAFile(path: path, kind: other.description)
    }
  }

  private init(path: String, kind: Kind, status: stat, compression: Compression?) {
    self.path = path
    self.kind = kind
    size = FileKind(status) == .regular ? Int64(status.st_size) : 0
    modified = Timestamp(
      microseconds: Int64(status.st_mtim.tv_sec) &* 1_000_000 &+ Int64(status.st_mtim.tv_nsec) / 1000)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    self.compression = compression
  }
}

/// What the system says that a path is.
enum FileKind: Equatable {
  case regular, folder, link, pipe, socket, characterDevice, blockDevice, unknown

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    default: self = .unknown
    }
  }

  /// With its article.
  var description: String {
    switch self {
    case .regular: "a file"
    case .folder: "a folder"
    case .link: "a symbolic link to a folder"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .characterDevice, .blockDevice: "a device"
    case .unknown: "of an unknown kind"
    }
  }
}
