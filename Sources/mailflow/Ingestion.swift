import ArgumentParser
import Bytes
import Correlation
import Ingest
import Store

/// What one ingestion did.
struct Ingestion {
  var results: [SourceResult]
  var counts: StoreWriter.Counts
  /// How long it took.
  var microseconds: Int64 = 0

  /// Reads inputs into a store, all or nothing.
  static func run(_ reading: InputReading, into store: Store) throws(StoreError) -> Ingestion {
    let ledger = try StoreLedger(store)
    let writer = try store.writer()
    let assembler = Assembler(lexicon: store.lexicon, keeper: writer, keepsEvidence: true)
    let run = reading.run(ledger: ledger, sink: assembler)
    guard run.correctedYears.isEmpty else { throw .years(run.correctedYears) }
    assembler.finish()
    try writer.finish(overlaps: assembler.overlaps)
    try ledger.save(run.results, host: reading.options.host, in: store)
    reading.narration.kept(writer.counts)
    return Ingestion(results: run.results, counts: writer.counts)
  }

  /// The same for the file at a path. Where a source spans more than a year all is taken back and read again.
  static func run(_ reading: InputReading, path: String) throws(StoreError) -> Ingestion {
    let start = Timestamp.now
    var reading = reading
    reading.options.readsAgain = true
    var ingestion = try again(reading) { (reading) throws(StoreError) in
      try Store.write(path, isWorthKeeping: { !$0.results.areAllMissing }) {
        (store) throws(StoreError) in
        try run(reading, into: store)
      }
    }
    ingestion.microseconds = Timestamp.now.microseconds - start.microseconds
    return ingestion
  }

  /// The same for a temporary store.
  static func temporary(_ reading: InputReading) throws(StoreError) -> (store: Store, ingestion: Ingestion) {
    try again(reading) { (reading) throws(StoreError) in
      let (store, ingestion) = try Store.temporary { (store) throws(StoreError) in try run(reading, into: store) }
      return (store, ingestion)
    }
  }

  private static func again<R>(
    _ reading: InputReading, _ body: (InputReading) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    var reading = reading
    do throws(StoreError) {
      return try body(reading)
    } catch .years(let years) {
      reading.options.years = years
      return try body(reading)
    }
  }
}

/// A store to ask: the one at its path, or a temporary one made of inputs.
struct StoreSource {
  let store: Store
  /// What kept inputs from being read whole.
  let status: ExitCode?
  private let narration: Narration

  init(_ common: CommonOptions, _ direct: DirectInput, _ inputs: InputOptions) throws {
    let narration = common.narration
    self.narration = narration
    guard !direct.input.isEmpty else {
      let store = try attempt { try Store.open(common.storePath) }
      try attempt { try narration.opened(store) }
      self.store = store
      status = nil
      return
    }
    let reading = InputReading(
      direct.input, options: try attempt { try inputs.ingestOptions() }, quiet: common.quiet,
      narration: narration)
    let (store, ingestion) = try attempt { try Ingestion.temporary(reading) }
    self.store = store
    status = try judgeUnlessAllMissing(ingestion.results)
  }

  /// Ends the command with the status of the inputs, if they were not read whole.
  func finish() throws {
    narration.finish()
    if let status { throw status }
  }
}
