import Bytes
import Glibc

/// Why an input cannot be read, or not to its end.
package enum ArchiveError: Error, Equatable, Sendable {
  /// There is nothing at the path.
  case missing(path: String)
  /// It is there, but the system does not let us read it.
  case unreadable(path: String, reason: String)
  /// A socket, a block device, or something that turned into another kind of file since it was listed.
  case notAFile(path: String, kind: String)
  /// Packed in a format that is recognised but not read.
  case unsupported(path: String, compression: Compression)
  /// The packed bytes are broken or end too early. All that could be unpacked before has been handed out.
  case damaged(path: String, unpackedBytes: Int64, fileOffset: Int64, reason: String)
  /// Reading failed half-way.
  case readFailed(path: String, fileOffset: Int64, reason: String)
  /// Folders are nested deeper, or files are more, than is sensible.
  case tooMany(path: String, what: String)
}

extension ArchiveError: CustomStringConvertible {
  /// What happened and where, as one sentence that begins with the path.
  package var summary: String {
    switch self {
    case .missing(let path): "\(path): no such file or folder."
    case .unreadable(let path, let reason): "\(path): cannot be read (\(reason))."
    case .notAFile(let path, let kind): "\(path): is \(kind), not a file or folder."
    case .unsupported(let path, let compression):
      "\(path): packed with \(compression.rawValue), which is not supported yet."
    case .damaged(let path, let unpackedBytes, let fileOffset, let reason):
      "\(path): damaged after \(Quantities.count(unpackedBytes)) bytes "
        + "(\(reason) at byte \(Quantities.count(fileOffset)) of the file)."
    case .readFailed(let path, let fileOffset, let reason):
      "\(path): reading failed at byte \(Quantities.count(fileOffset)) of the file (\(reason))."
    case .tooMany(let path, let what): "\(path): \(what)."
    }
  }

  /// What to do about it, as one sentence.
  package var advice: String {
    switch self {
    case .missing: "Check the spelling of the path."
    case .unreadable: "Check the owner and the permissions, or run as a user who may read it."
    case .notAFile: "Name a file, a folder, a pipe, or - for standard input."
    case .unsupported(let path, let compression):
      "Unpack it with \(compression.unpackCommand) \(path) and read the result."
    case .damaged: "Fetch the file again and ingest it: lines already known are not counted twice."
    case .readFailed: "Check the disk or the mount, then read the file again."
    case .tooMany: "Name the folders that matter one by one."
    }
  }

  package var description: String { summary + " " + advice }

  /// The path that the error is about.
  package var path: String {
    switch self {
    case .missing(let path), .unreadable(let path, _), .notAFile(let path, _), .unsupported(let path, _),
      .damaged(let path, _, _, _), .readFailed(let path, _, _), .tooMany(let path, _):
      path
    }
  }

  /// The error for `errno` as it stood after opening or listing `path`.
  static func opening(_ path: String, code: Int32) -> ArchiveError {
    code == ENOENT || code == ENOTDIR
      ? .missing(path: path) : .unreadable(path: path, reason: systemReason(code))
  }
}

/// The system's words for an error number, beginning with a small letter.
func systemReason(_ code: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    guard strerror_r(code, buffer.baseAddress!, buffer.count) == 0 else { return "error \(code)" }
    let text = String(cString: buffer.baseAddress!)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
