import Bytes
import Glibc

/// Tells which files, of those named and those in named folders, changed since they were looked at last.
///
/// A log that was renamed stays open, so that what its writer still adds before it moves on is not missed; one that was copied
/// and cut is looked for beside its name.
package final class Watch {
  /// A file as it was when it was looked at last.
  private struct Known {
    var size: Int64
    var modified: Timestamp
    /// Of what may be renamed to where no path leads.
    var descriptor: Int32?
    /// When a path led to it for the last time, or it grew behind that.
    var seen: Timestamp

    func close() { if let descriptor { _ = Glibc.close(descriptor) } }
  }

  private let paths: [String]
  private let named: Set<String>
  private var files: [FileIdentity: Known] = [:]

  /// Looks at all files: from now on they have to change.
  package init(_ paths: [String]) {
    self.paths = paths
    named = Set(paths)
    _ = changes()
  }

  deinit { for file in files.values { file.close() } }

  /// The paths of what changed since the last call, or is new. What is not there is not spoken of: it may come back.
  package func changes() -> [String] { changes(at: .now) }

  func changes(at now: Timestamp) -> [String] {
    var changed: [String] = []
    var listed: Set<FileIdentity> = []
    for case .source(let source) in Inputs.list(paths) where source.kind == .file {
      let identity = FileIdentity(device: source.device, inode: source.inode)
      listed.insert(identity)
      if files[identity].map({ source.size < $0.size }) ?? false { changed += copies(of: source.path, now) }
      if note(source, identity, now) { changed.append(source.path) }
    }
    for identity in files.keys where !listed.contains(identity) {
      if let path = tail(identity, now), !changed.contains(path) { changed.append(path) }
    }
    return changed
  }

  /// Remembers how a file is now; whether it changed.
  private func note(_ source: Source, _ identity: FileIdentity, _ now: Timestamp) -> Bool {
    let known = files[identity]
    if let known, known.size == source.size, known.modified == source.modified {
      files[identity]!.seen = now
      return false
    }
    // Of the files of a folder only those that are written to will move on.
    let mayMoveOn = named.contains(source.path) || known != nil
    files[identity] = Known(
      size: source.size, modified: source.modified,
      descriptor: known?.descriptor ?? (mayMoveOn ? hold(source.path) : nil), seen: now)
    return true
  }

  private func hold(_ path: String) -> Int32? {
    guard descriptors < Limits.watchedFiles else { return nil }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : descriptor
  }

  private var descriptors: Int { files.values.count { $0.descriptor != nil } }

  /// Where a file went that no path leads to any more, if its writer added to it.
  private func tail(_ identity: FileIdentity, _ now: Timestamp) -> String? {
    var status = stat()
    guard let known = files[identity], let descriptor = known.descriptor, fstat(descriptor, &status) == 0,
      now.microseconds - known.seen.microseconds < Limits.watchedSeconds * 1_000_000
    else {
      files.removeValue(forKey: identity)?.close()
      return nil
    }
    guard Int64(status.st_size) != known.size else { return nil }
    files[identity]!.size = Int64(status.st_size)
    files[identity]!.seen = now
    return path(of: descriptor, identity)
  }

  /// The name that an open file has now or, where it has none, a path that leads to it as long as it is open.
  private func path(of descriptor: Int32, _ identity: FileIdentity) -> String {
    let link = "/proc/self/fd/\(descriptor)"
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &buffer, Int(PATH_MAX))
    var status = stat()
    guard count > 0, stat(buffer, &status) == 0, FileIdentity(status) == identity else { return link }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Files beside `path` whose names continue its name, and that were written just now: `mail.log.1`, `mail.log-20261125`.
  private func copies(of path: String, _ now: Timestamp) -> [String] {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    var copies: [String] = []
    for case .source(let source) in Inputs.list(namesIn: folder, beginningWith: [name + ".", name + "-"])
    where now.microseconds - source.modified.microseconds < Limits.copySeconds * 1_000_000 {
      copies.append(source.path)
    }
    return copies
  }
}
