import Glibc

/// A folder that lasts as long as the test that made it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/mailflow-test-XXXXXX".utf8CString)
    _ = mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { TemporaryFolder.remove(path) }

  private static func remove(_ path: String) {
    if Glibc.remove(path) == 0 { return }
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      var name = entry.pointee.d_name
      withUnsafeBytes(of: &name) { bytes in
        let name = Array(bytes.prefix { $0 != 0 })
        if name == [0x2E] || name == [0x2E, 0x2E] { return }
        var full = Array(path.utf8) + [0x2F] + name + [0]
        if full.withUnsafeMutableBytes({ Glibc.remove($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }) != 0 {
          remove(String(decoding: full.dropLast(), as: UTF8.self))
        }
      }
    }
    closedir(folder)
    Glibc.remove(path)
  }

  /// Writes a file, making its folders, and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let parts = name.split(separator: "/")
    for count in 1..<max(1, parts.count) { mkdir(path + "/" + parts.prefix(count).joined(separator: "/"), 0o755) }
    let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
    return path + "/" + name
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }
}
