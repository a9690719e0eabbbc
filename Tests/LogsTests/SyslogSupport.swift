import Bytes
import Facts
import Glibc

@testable import Logs

/// What one line came to, in a form that can be compared and printed.
struct ReadLine: Equatable, CustomStringConvertible {
  var recognition: Recognition
  var time: String
  var host: String
  var program: String
  var pid: Int64
  var text: String
  var count: Int64
  var session: String?

  var description: String {
    "\(recognition) \(time) \(host) \(program)[\(pid)]\(session.map { "<\($0)>" } ?? ""): \(text)"
      + (count > 1 ? " ×\(count)" : "")
  }
}

/// Reads lines as one source whose programs are all known, but for `cron`.
struct SourceReading {
  let reader: LogReader
  let fact = Fact()

  init(
    host: String? = nil, zone: TimeZone = .utc, anchor: (Int, Int, Int) = (2026, 11, 24), year: Int? = nil,
    format: LogFormat = .syslogRFC3164
  ) {
    let day = CivilTime(year: anchor.0, month: anchor.1, day: anchor.2).secondsSince1970
    let options = LogOptions(host: host, timeZone: zone, anchor: Timestamp(seconds: day), year: year)
    let known = TextReader { _, _ in .recognized }
    reader = LogReader(options: options, format: format) { $0 == "cron" ? nil : known }
  }

  func read(_ line: [UInt8]) -> ReadLine {
    line.withBytes { line in
      let recognition = reader.read(line, into: fact)
      return ReadLine(
        recognition: recognition, time: fact.time.rfc3339, host: fact.host.string, program: fact.program.string,
        pid: fact.pid, text: fact.text.string, count: fact.count, session: fact[.session]?.string)
    }
  }

  func read(_ line: String) -> ReadLine { read(Array(line.utf8)) }

  func describe(_ line: String) -> String { read(line).description }
}

/// Material beside the checkout that tests use where it is present.
enum SharedMaterial {
  /// The folder that holds `corpus`: the variable MAILFLOW_SHARED, else `shared` beside some parent of this file.
  static let root: String? = {
    if let set = getenv("MAILFLOW_SHARED") { return String(cString: set) }
    var parts = #filePath.split(separator: "/")
    while !parts.isEmpty {
      parts.removeLast()
      let candidate = "/" + parts.joined(separator: "/") + "/shared"
      if access(candidate + "/corpus", R_OK) == 0 { return candidate }
    }
    return nil
  }()

  /// A file's bytes; nil, and a message that cannot be missed, if it is not there.
  static func bytes(_ path: String) -> [UInt8]? {
    guard let root, let file = fopen(root + "/" + path, "r") else {
      print("skipped: \(path) is not beside the checkout, nor where MAILFLOW_SHARED points")
      return nil
    }
    defer { fclose(file) }
    return all(of: file)
  }

  /// A gzipped file's bytes.
  static func unzipped(_ path: String) -> [UInt8]? {
    guard let root, access(root + "/" + path, R_OK) == 0, let pipe = popen("gzip -dc '\(root)/\(path)'", "r") else {
      print("skipped: \(path) is not beside the checkout, nor where MAILFLOW_SHARED points")
      return nil
    }
    defer { pclose(pipe) }
    return all(of: pipe)
  }

  private static func all(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let n = fread(&chunk, 1, chunk.count, file), n > 0 { bytes += chunk[0..<n] }
    return bytes
  }

  static func lines(_ bytes: [UInt8]) -> [[UInt8]] { bytes.split(separator: 0x0A).map(Array.init) }
}
