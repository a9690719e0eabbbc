import Bytes
import Glibc

/// What one of the named paths, or something inside a named folder, turned out to be.
package enum Input: Sendable, Equatable {
  /// Something to read.
  case source(Source)
  /// Left out on purpose; `reason` is a sentence without its full stop, such as `is a socket`.
  case skipped(path: String, reason: String)
  /// Could not be looked at. The others go on.
  case failed(ArchiveError)
}

/// The paths of a command line, and all that lies in them.
package struct Inputs {
  private var found: [Input] = []
  private var sources = 0
  private var seen: [FileIdentity: String] = [:]

  /// Lists `paths` in the order given; folders are walked in the order of their names, as bytes.
  ///
  /// A named symbolic link is followed. Inside a folder links to files are followed and links to folders are not, so
  /// that no walk goes in circles. A file that is met twice, under whatever names, is listed once.
  package static func list(_ paths: [String]) -> [Input] {
    var inputs = Inputs()
    for path in paths {
      if path == "-" {
        inputs.found.append(.source(.standardInput))
      } else {
        inputs.addNamed(path)
      }
    }
    return inputs.found
  }

  /// The files in `folder`, but not in folders inside it, whose names begin with one of `beginnings`.
  static func list(namesIn folder: String, beginningWith beginnings: [String]) -> [Input] {
    var inputs = Inputs()
    for name in inputs.names(in: folder) ?? [] where beginnings.contains(where: name.hasPrefix) {
      var status = stat()
      let path = Inputs.path(of: name, in: folder)
      if stat(path, &status) == 0, FileKind(status) == .regular { inputs.addFile(path, status) }
    }
    return inputs.found
  }

  private mutating func addNamed(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      found.append(.failed(.opening(path, code: errno)))
      return
    }
    if FileKind(status) == .folder {
      walk(path, depth: 1)
    } else {
      addFile(path, status)
    }
  }

  private mutating func addFile(_ path: String, _ status: stat) {
    guard sources < Limits.files else {
      if sources == Limits.files {
        found.append(.failed(.tooMany(path: path, what: "there are more than \(Limits.files) files")))
        sources += 1
      }
      return
    }
    let identity = FileIdentity(status)
    if FileKind(status) == .regular {
      if let first = seen[identity] {
        found.append(.skipped(path: path, reason: "is the same file as \(first)"))
        return
      }
      seen[identity] = path
    }
    do throws(ArchiveError) {
      found.append(.source(try Source(path: path, status: status)))
      sources += 1
    } catch {
      found.append(.failed(error))
    }
  }

  private mutating func walk(_ folder: String, depth: Int) {
    guard depth <= Limits.folderDepth else {
      found.append(.failed(.tooMany(path: folder, what: "folders are nested deeper than \(Limits.folderDepth)")))
      return
    }
    guard let names = names(in: folder) else { return }
    for name in names {
      let path = Inputs.path(of: name, in: folder)
      var status = stat()
      guard lstat(path, &status) == 0 else {
        found.append(.failed(.opening(path, code: errno)))
        continue
      }
      let isLink = FileKind(status) == .link
      if isLink, stat(path, &status) != 0 {
        found.append(.skipped(path: path, reason: "is a symbolic link to nothing"))
        continue
      }
      switch FileKind(status) {
      case .regular: addFile(path, status)
      case .folder where isLink: found.append(.skipped(path: path, reason: "is \(FileKind.link.description)"))
      case .folder: walk(path, depth: depth + 1)
      case let other: found.append(.skipped(path: path, reason: "is \(other.description)"))
      }
    }
  }

  private static func path(of name: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The sorted names in a folder; nil, and reported, if it cannot be read.
  private mutating func names(in folder: String) -> [String]? {
    guard let handle = opendir(folder) else {
      found.append(.failed(.opening(folder, code: errno)))
      return nil
    }
    defer { closedir(handle) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { text in
          (exact: String(validatingCString: text), shown: String(cString: text))
        }
      }
      if let exact = name.exact {
        if exact != "." && exact != ".." { names.append(exact) }
      } else {
        let path = Inputs.path(of: name.shown, in: folder)
        found.append(.failed(.unreadable(path: path, reason: "its name is not UTF-8")))
      }
      errno = 0
    }
    if errno != 0 { found.append(.failed(.unreadable(path: folder, reason: systemReason(errno)))) }
    names.sort { a, b in a.utf8.lexicographicallyPrecedes(b.utf8) }
    return names
  }
}

/// What makes a file the same file under two names.
struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64
}

extension FileIdentity {
  init(_ status: stat) { self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) }
}
