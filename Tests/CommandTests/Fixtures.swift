import Foundation

/// What the tests bring along.
enum Fixtures {
  static let folder = Bundle.module.resourceURL!.appendingPathComponent("Fixtures")

  static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  static func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// The story's log of its edge host.
  static let edgeLog = "story/mx1/mail.log"
}

/// Material that is too large, or not ours, to stand in the repository.
enum Shared {
  /// The folder, named by `MAILFLOW_SHARED` or found beside the checkout; nil, and said so, where it is missing.
  static func folder(_ path: String) -> URL? {
    var roots: [URL] = []
    if let named = ProcessInfo.processInfo.environment["MAILFLOW_SHARED"] { roots.append(URL(fileURLWithPath: named)) }
    var parent = URL(fileURLWithPath: #filePath)
    while parent.path != "/" {
      parent.deleteLastPathComponent()
      roots.append(parent.appendingPathComponent("shared"))
    }
    let found = roots.map { $0.appendingPathComponent(path) }.first { FileManager.default.fileExists(atPath: $0.path) }
    if found == nil { print("skipped: shared/\(path) is not here") }
    return found
  }
}
