import Bytes
import Facts
import Foundation

/// Material beside the checkout that is too large, or not free enough, to be part of it.
enum FactsCorpus {
  /// The folder `shared` named by MAILFLOW_SHARED, or beside one of the folders above this file.
  static let shared: URL? = {
    let manager = FileManager.default
    if let path = ProcessInfo.processInfo.environment["MAILFLOW_SHARED"] { return URL(fileURLWithPath: path) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("shared")
      if manager.fileExists(atPath: candidate.appendingPathComponent("corpus").path) { return candidate }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  /// A folder below `shared/corpus`; its absence is told loudly.
  static func folder(_ path: String) -> URL? {
    let url = shared?.appendingPathComponent("corpus/\(path)")
    if let url, FileManager.default.fileExists(atPath: url.path) { return url }
    print("skipped: shared/corpus/\(path) is not there")
    return nil
  }

  /// All files below a folder whose names satisfy `condition`, sorted.
  static func files(below folder: URL, where condition: (String) -> Bool) -> [URL] {
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let urls = (walk?.allObjects ?? []).compactMap { $0 as? URL }
    return urls.filter { condition($0.lastPathComponent) && !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
  }

  /// The bytes of a file, unpacked by gzip(1) if need be.
  static func contents(of url: URL) throws -> [UInt8] {
    let data = try Data(contentsOf: url)
    guard data.starts(with: [0x1F, 0x8B]) else { return Array(data) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let unpacked = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(unpacked)
  }

  /// Calls `body` with program and text of each line that has a ` program[pid]: ` in it, whatever stands before.
  static func eachText(in bytes: Bytes, _ body: (_ program: Bytes, _ text: Bytes) -> Void) {
    var position = 0
    while position < bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: position) ?? bytes.count
      if let (program, text) = split(bytes[position..<end]) { body(program, text) }
      position = end + 1
    }
  }

  /// The program and the text of a line of syslog.
  static func split(_ line: Bytes) -> (program: Bytes, text: Bytes)? {
    var from = 0
    while let open = line.firstIndex(of: UInt8(ascii: "["), from: from) {
      from = open + 1
      var close = open + 1
      while close < line.count, line[close].isDigit { close += 1 }
      guard close > open + 1, line.dropFirst(close).hasPrefix("]:") else { continue }
      var start = open
      while start > 0, line[start - 1] > 0x20 { start -= 1 }
      return (line[start..<open], line.dropFirst(close + 2).trimmed)
    }
    return nil
  }
}
