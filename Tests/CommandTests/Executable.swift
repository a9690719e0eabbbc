import Foundation
import Testing

/// The real program, run as users run it.
enum Executable {
  /// What a run left behind.
  struct Run {
    let status: Int32
    /// The number of the signal that ended it, if one did.
    let signal: Int32?
    let output: String
    let complaint: String

    /// Standard output as JSON.
    func json() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
  }

  /// The executable beside the tests.
  static let path: String = {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    var folders = [beside, Bundle.main.bundleURL, Bundle.module.bundleURL.deletingLastPathComponent()]
    var parent = URL(fileURLWithPath: #filePath)
    while parent.path != "/" {
      parent.deleteLastPathComponent()
      folders.append(parent.appendingPathComponent(".build/debug"))
    }
    let candidates = folders.map { $0.appendingPathComponent("mailflow").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "mailflow"
  }()

  /// Runs `mailflow` with these arguments, by default in the folder of fixtures, as far from the user's settings as can be.
  static func run(
    _ arguments: [String], in folder: URL = Fixtures.folder, environment: [String: String] = [:]
  ) throws -> Run {
    try launch(path, arguments, in: folder, environment: environment)
  }

  /// Runs a line of shell, in which `$mailflow` is the program.
  static func shell(_ line: String, in folder: URL = Fixtures.folder) throws -> Run {
    try launch("/bin/sh", ["-c", line], in: folder, environment: ["mailflow": path])
  }

  static func launch(
    _ program: String, _ arguments: [String], in folder: URL, environment: [String: String]
  ) throws -> Run {
    let scratch = try Scratch()
    let (output, complaint) = (scratch["stdout"], scratch["stderr"])
    for file in [output, complaint] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH", "HOME"].contains($0.key) }
    let quiet = ["NO_COLOR": "1", "TZ": "UTC", "LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no"]
    process.environment = inherited.merging(quiet) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: complaint)
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus,
      signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      complaint: String(decoding: try Data(contentsOf: complaint), as: UTF8.self))
  }
}

/// Options that make what is shown independent of the machine.
let fixed = ["--timezone", "UTC", "--log-timezone", "Europe/Berlin", "--year", "2026"]
/// The same for commands that show no times.
let fixedLogs = ["--log-timezone", "Europe/Berlin", "--year", "2026"]
