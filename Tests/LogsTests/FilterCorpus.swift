import Foundation

/// Logs of real hosts beside the checkout, where somebody put them there.
enum FilterCorpus {
  /// The folder `corpus`, found by `MAILFLOW_SHARED` or beside one of the folders above this file.
  static let root: URL? = {
    var candidates: [URL] = []
    if let shared = ProcessInfo.processInfo.environment["MAILFLOW_SHARED"] {
      candidates.append(URL(fileURLWithPath: shared).appendingPathComponent("corpus"))
    }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      candidates.append(folder.appendingPathComponent("shared/corpus"))
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  /// The lines of all plain files under `folder` whose names satisfy `condition`; nil, told loudly, where the folder
  /// is absent.
  static func lines(in folder: String, where condition: (String) -> Bool = { _ in true }) -> [String]? {
    guard let root, let all = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path) else {
      print("skipped: \(folder) is not beside the checkout")
      return nil
    }
    var lines: [String] = []
    for case let name as String in all where condition((name as NSString).lastPathComponent) && !name.hasSuffix(".gz") {
      let url = root.appendingPathComponent(folder).appendingPathComponent(name)
      guard let data = try? Data(contentsOf: url) else { continue }
      lines += String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    return lines
  }

  /// The program and the text of a line of syslog: `… host program[pid]: text`.
  static func split(_ line: String, programs: Set<String>) -> (program: String, text: String)? {
    for program in programs {
      guard let hit = line.range(of: " \(program)[") ?? line.range(of: " \(program): ") else { continue }
      guard let colon = line.range(of: ": ", range: hit.lowerBound..<line.endIndex),
        hit.upperBound < line.index(line.startIndex, offsetBy: min(line.count, 90))
      else { continue }
      return (program, String(line[colon.upperBound...]))
    }
    return nil
  }

  /// The text of a line of rspamd's own file, behind time, process and worker, as rspamd writes it to syslog.
  static func splitRspamd(_ line: String) -> String? {
    guard let worker = line.range(of: ") "), line.contains("#") else { return nil }
    return String(line[worker.upperBound...])
  }
}
