import Foundation

/// A folder of a test's own, gone with it.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("mailflow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  subscript(_ name: String) -> URL { folder.appendingPathComponent(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String { try write(Data(text.utf8), to: name) }

  @discardableResult
  func write(_ data: Data, to name: String) throws -> String {
    let file = self[name]
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  func path(_ name: String) -> String { self[name].path }

  /// Packs a file as `name.gz`, and leaves it where it is.
  @discardableResult
  func gzip(_ name: String) throws -> String {
    _ = try Executable.launch(
      "/bin/sh", ["-c", "gzip -nc \"$1\" > \"$1.gz\"", "sh", path(name)], in: folder, environment: [:])
    return path(name + ".gz")
  }
}
