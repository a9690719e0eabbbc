import ArgumentParser
import Bytes
import Store

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Write the whole store as sorted NDJSON.",
    discussion: """
      Row ids, paths and times of ingestion are left out: two stores with the same facts dump the same bytes.

        mailflow dump --canonical > before.ndjson
        mailflow dump --canonical --input Samples/filtered-twice | head
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var direct: DirectInput
  @OptionGroup var inputs: InputOptions

  @Flag(name: .long, help: "The canonical form, which is the only one.")
  var canonical = false

  func run() throws {
    let source = try StoreSource(common, direct, inputs)
    var output = Output()
    var failure: (any Error)?
    try attempt {
      try CanonicalDump(source.store).run { line in
        output.writer.write(line)
        if failure == nil { do { try output.drain() } catch { failure = error } }
      }
    }
    if let failure { throw failure }
    try output.flush()
    try source.finish()
  }
}
