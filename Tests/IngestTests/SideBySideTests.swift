import Bytes
import Facts
import Foundation
import Ingest
import TestSupport
import Testing

/// Sources are handed on in the order of time, whatever their gaps and lengths.
struct SideBySideTests {
  /// Remembers when each line was written, and by whom.
  private final class Recorder: FactSink {
    func begin(sources: Int) {}

    var seen: [(time: Int64, pid: Int64)] = []

    func take(_ fact: Fact) { seen.append((fact.time.seconds, fact.pid)) }
    func take(_ message: MessageFact) {}
  }

  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ingest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A log of a line at each of these seconds.
  private func log(_ name: String, at seconds: [Int64], pid: Int) throws -> String {
    let lines = seconds.map { second in
      let time = Timestamp(seconds: 1_792_768_228 + second).rfc3339
      return "\(time) \(name) postfix/qmgr[\(pid)]: 4jB6043rdSzC41X: removed\n"
    }
    let file = folder.appendingPathComponent(name)
    try Data(lines.joined().utf8).write(to: file)
    return file.path
  }

  private func read(_ paths: [String], _ change: (inout IngestOptions) -> Void = { _ in }) -> (Recorder, IngestRun) {
    let recorder = Recorder()
    var options = IngestOptions(timeZone: .utc)
    change(&options)
    let run = IngestRun(options: options, ledger: NoLedger(), sink: recorder)
    run.run(paths)
    return (recorder, run)
  }

  @Test("a line behind a quiet hour waits for the lines of other sources")
  func gap() throws {
    let (recorder, _) = read([
      try log("a", at: [0, 300, 4000], pid: 1), try log("b", at: [0, 300, 320, 4000], pid: 2),
    ])
    #expect(recorder.seen.count == 7)
    #expect(recorder.seen.map(\.time) == recorder.seen.map(\.time).sorted())
    try? FileManager.default.removeItem(at: folder)
  }

  @Test("whatever the gaps, nothing is handed on more than a slice ahead of what is still to come")
  func order() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for round in 0..<50 {
      var count = 0
      let paths = try (0..<4).map { source in
        var second: Int64 = 0
        let seconds = (0..<Int.random(in: 1...30, using: &random)).map { _ in
          second += [0, 1, 2, 7, 40, 5000].randomElement(using: &random)!
          return second
        }
        count += seconds.count
        return try log("\(round)-\(source)", at: seconds, pid: source + 1)
      }
      let seen = read(paths).0.seen.map(\.time)
      #expect(seen.count == count)
      var latest = Int64.min
      for time in seen {
        latest = max(latest, time)
        #expect(time >= latest - 5)
      }
    }
    try? FileManager.default.removeItem(at: folder)
  }

  @Test("half a line at the end of a fresh file is left for the next time, if there is one")
  func halfLine() throws {
    let path = try log("c", at: [0, 1], pid: 1)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.dropLast(2).write(to: URL(fileURLWithPath: path))
    let (kept, run) = read([path]) { $0.readsAgain = true }
    #expect(kept.seen.count == 1)
    #expect(run.results[0].isUnfinished && run.results[0].counts.lines == 1)
    #expect(run.results[0].readTo == Int64(whole.count / 2))
    #expect(!read([path]).1.results[0].isUnfinished)
    try? FileManager.default.removeItem(at: folder)
  }
}
