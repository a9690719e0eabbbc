import Glibc
import TestSupport
import Testing

@Suite("runs that are killed")
struct CrashTests {
  private let bench = Workbench()

  @Test("a run into a store that is there, killed at any moment, leaves it whole", arguments: 70...72)
  func existingStore(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let lines = MailLog(seed: seed, messages: 250).lines
    let (before, after) = (lines.prefix(lines.count / 3), lines.dropFirst(lines.count / 3))
    let first = bench.write("first.log", before.written())
    let second = bench.write("second.log", after.written())
    for store in ["killed.sqlite", "undisturbed.sqlite"] { try bench.ingest([first], into: store) }
    let old = try bench.dump("killed.sqlite")
    let start = monotonicMicroseconds()
    try bench.ingest([second], into: "undisturbed.sqlite")
    let duration = monotonicMicroseconds() - start
    let new = try bench.dump("undisturbed.sqlite")
    for round in 0..<4 {
      try killIngestion(
        of: second, into: "killed.sqlite", after: UInt64.random(in: 0...(duration * 3 / 2), using: &random))
      let found = try bench.dump("killed.sqlite")
      #expect(found == old || found == new, "round \(round), seed \(seed)")
    }
    try bench.ingest([second], into: "killed.sqlite")
    expectEqual(try bench.dump("killed.sqlite"), new, "seed \(seed)")
  }

  @Test("a run that makes a store, killed at any moment, leaves none or a whole one", arguments: 80...82)
  func newStore(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let log = bench.write("mail.log", MailLog(seed: seed, messages: 250).lines.written())
    let start = monotonicMicroseconds()
    try bench.ingest([log], into: "undisturbed.sqlite")
    let duration = monotonicMicroseconds() - start
    let whole = try bench.dump("undisturbed.sqlite")
    for round in 0..<4 {
      try killIngestion(
        of: log, into: "killed.sqlite", after: UInt64.random(in: 0...(duration * 3 / 2), using: &random))
      guard access("\(bench.path)/killed.sqlite", F_OK) == 0 else { continue }
      expectEqual(try bench.dump("killed.sqlite"), whole, "round \(round), seed \(seed)")
      unlink("\(bench.path)/killed.sqlite")
    }
    try bench.ingest([log], into: "killed.sqlite")
    expectEqual(try bench.dump("killed.sqlite"), whole, "seed \(seed)")
    let leftovers = Workbench.names(in: bench.path).filter { $0.contains("killed.sqlite.") }
    #expect(leftovers.isEmpty, "what a killed run left over is removed by the next")
  }

  /// Starts the real executable and kills it after some time, unless it was faster.
  private func killIngestion(of log: String, into store: String, after microseconds: UInt64) throws {
    let process = try Executable.start([
      "ingest", "--quiet", "--store", "\(bench.path)/\(store)", "--log-timezone", "UTC", log,
    ])
    let end = monotonicMicroseconds() + microseconds
    var status: Int32 = 0
    while monotonicMicroseconds() < end {
      // What is waited for is the moment itself; the process may be done before.
      if waitpid(process, &status, WNOHANG) == process {
        #expect(status == 0)
        return
      }
    }
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
  }
}

private func monotonicMicroseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
}
