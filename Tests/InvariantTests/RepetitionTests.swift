import Bytes
import Glibc
import Ingest
import Store
import TestSupport
import Testing

@testable import mailflow

@Suite("logs that are read again")
struct RepetitionTests {
  private let bench = Workbench()
  private let log = MailLog(seed: 20, messages: 50)

  @Test("the same file again changes nothing")
  func sameFile() throws {
    let path = bench.write("mail.log", log.lines.written())
    try bench.ingest([path], into: "store.sqlite")
    let before = try bench.dump("store.sqlite")
    let again = try bench.ingest([path], into: "store.sqlite")
    #expect(again.results.map(\.skipped) == ["already read"])
    expectEqual(try bench.dump("store.sqlite"), before, "the same file")
  }

  @Test("a copy of which the store does not know that it is one changes nothing", arguments: [1, 17])
  func disguisedCopy(dropped: Int) throws {
    try bench.ingest([bench.write("mail.log", log.lines.written())], into: "store.sqlite")
    let before = try bench.dump("store.sqlite")
    try bench.ingest([bench.write("tail.log", log.lines.dropFirst(dropped).written())], into: "store.sqlite")
    expectEqual(try bench.dump("store.sqlite"), before, "a copy without its first lines")
  }

  @Test("a copy beside the file in one run changes nothing")
  func copyBeside() throws {
    let path = bench.write("mail.log", log.lines.written())
    try bench.ingest([path], into: "store.sqlite")
    let copy = bench.write("tail.log", log.lines.dropFirst(1).written())
    try bench.ingest([path, copy], into: "both.sqlite")
    expectEqual(try bench.dump("both.sqlite"), try bench.dump("store.sqlite"), "a copy in the same run")
  }

  @Test("a gzipped copy changes nothing")
  func gzippedCopy() throws {
    let text = log.lines.written()
    try bench.ingest([bench.write("mail.log", text)], into: "store.sqlite")
    let before = try bench.dump("store.sqlite")
    let again = try bench.ingest([bench.writePacked("mail.log.2.gz", text)], into: "store.sqlite")
    #expect(again.results.map(\.skipped) == ["already read"])
    expectEqual(try bench.dump("store.sqlite"), before, "a gzipped copy")
  }

  @Test("of a grown and renamed file only what is new is read")
  func grownAndRenamed() throws {
    let text = log.lines.written()
    try bench.ingest([bench.write("whole.log", text)], into: "whole.sqlite")
    for share in [3, 2] {
      // Writers do not stop at line ends.
      bench.write("mail.log", String(text.prefix(text.utf8.count / share)))
      try bench.ingest(["\(bench.path)/mail.log"], into: "store.sqlite")
    }
    let path = bench.write("mail.log.1", text)
    let last = try bench.ingest([path], into: "store.sqlite")
    #expect(last.results[0].bytes < text.utf8.count)
    expectEqual(try bench.dump("store.sqlite"), try bench.dump("whole.sqlite"), "a grown file")
    try bench.ingest([bench.writePacked("mail.log.2.gz", text)], into: "store.sqlite")
    expectEqual(try bench.dump("store.sqlite"), try bench.dump("whole.sqlite"), "its packed copy")
  }

  @Test(
    "the same lines with coarser stamps from another source add nothing, and the finer stamps stay",
    arguments: [true, false])
  func coarserSource(fineFirst: Bool) throws {
    let fine = bench.write("fine.log", log.lines.written())
    let coarse = bench.write("coarse.log", log.lines.written(.traditional))
    try bench.ingest([fine], into: "fine.sqlite")
    for path in fineFirst ? [fine, coarse] : [coarse, fine] {
      try bench.ingest([path], into: "both.sqlite", year: 2026)
    }
    expectEqual(try bench.dump("both.sqlite"), try bench.dump("fine.sqlite"), "one by one")
    try bench.ingest([fine, coarse], into: "together.sqlite", year: 2026)
    expectEqual(try bench.dump("together.sqlite"), try bench.dump("fine.sqlite"), "together")
  }

  @Test("pieces of the same log in two formats make the same store in any order", arguments: 60...67)
  func piecesOfTwoFormats(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    try bench.ingest([bench.write("whole.log", log.lines.written())], into: "whole.sqlite")
    var paths: [String] = []
    for (style, name) in [(StampStyle.fine, "fine"), (.traditional, "coarse")] {
      for (index, piece) in log.lines.cut(into: 4, using: &random).enumerated() {
        paths.append(bench.write("\(name)-\(index).log", piece.written(style)))
      }
    }
    for path in paths.shuffled(using: &random) { try bench.ingest([path], into: "pieces.sqlite", year: 2026) }
    expectEqual(try bench.dump("pieces.sqlite"), try bench.dump("whole.sqlite"), "one by one, seed \(seed)")
    try bench.ingest(paths.shuffled(using: &random), into: "together.sqlite", year: 2026)
    expectEqual(try bench.dump("together.sqlite"), try bench.dump("whole.sqlite"), "together, seed \(seed)")
  }
}
