import Glibc

/// A folder for stores, which lasts as long as the test that made it.
final class StoreFolder {
  let path: String

  init() {
    var template = Array("/tmp/mailflow-store-XXXXXX".utf8CString)
    _ = mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The names of the files in it, sorted.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      var name = entry.pointee.d_name
      names.append(withUnsafeBytes(of: &name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Writes a file and returns its path.
  func write(_ name: String, _ text: String) -> String {
    let file = fopen("\(path)/\(name)", "w")
    fputs(text, file)
    fclose(file)
    return "\(path)/\(name)"
  }
}
