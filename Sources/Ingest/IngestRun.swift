import Archive
import Bytes
package import Facts

/// Reads all inputs of one call, side by side in the order of time, and pushes their facts into a sink.
package final class IngestRun {
  private let options: IngestOptions
  private let ledger: any SourceLedger
  private let sink: any FactSink
  /// Called now and then with the bytes read so far, the bytes there are (0 if unknown) and the lines.
  package var progress: ((_ bytes: Int64, _ total: Int64, _ lines: Int64) -> Void)?

  /// Called with each input that is read or left out, when it has been looked at.
  package var looked: ((SourceLook) -> Void)?

  /// What became of each input, in the order in which they were given.
  package private(set) var results: [SourceResult] = []
  /// Sources that span more than a year and were read with a wrong one: everything must be read again with these.
  package private(set) var correctedYears: [String: Int] = [:]

  package init(options: IngestOptions, ledger: any SourceLedger, sink: any FactSink) {
    self.options = options
    self.ledger = ledger
    self.sink = sink
  }

  /// Reads everything. Errors are kept in the results; none stops the others.
  ///
  /// - Parameter named: of the paths those that the user named, by default all. Other files that are nothing that mailflow knows
  ///   are left out in silence.
  package func run(_ paths: [String], named: Set<String>? = nil) {
    let named = named ?? Set(paths)
    var readings: [SourceReading] = []
    var places: [Int: Int] = [:]
    for input in Inputs.list(paths) {
      switch look(at: input, named: named) {
      case .read(let plan):
        looked?(plan.look)
        places[readings.count] = results.count
        results.append(SourceResult(path: plan.source.path))
        readings.append(SourceReading(plan))
        total += plan.source.isCompressed ? plan.source.size * 6 : plan.source.size
      case .done(let result):
        if let skipped = result.skipped { looked?(SourceLook(path: result.path, skipped: skipped)) }
        results.append(result)
      }
    }
    sink.begin(sources: readings.count)
    readSideBySide(readings)
    for (index, place) in places {
      let reading = readings[index]
      results[place] = reading.result
      if let year = reading.correctedYear { correctedYears[reading.result.path] = year }
    }
  }

  private var total: Int64 = 0

  private func look(at input: Input, named: Set<String>) -> SourcePlan.Look {
    switch input {
    case .source(let source):
      return SourcePlan.look(at: source, isNamed: named.contains(source.path), options: options, ledger: ledger)
    case .skipped(let path, let reason):
      var result = SourceResult(path: path)
      result.skipped = reason
      return .done(result)
    case .failed(let error):
      var result = SourceResult(path: error.path)
      result.error = error.description
      result.isMissing = true
      return .done(result)
    }
  }

  /// Always reads on in the source that is furthest behind, until it has caught up with the next one.
  private func readSideBySide(_ all: [SourceReading]) {
    var waiting = all.sorted { $0.clock < $1.clock }
    var active: [SourceReading] = []
    while !waiting.isEmpty || !active.isEmpty {
      while !waiting.isEmpty && active.count < Limits.openSources {
        let horizon = active.map(\.clock).min()
        guard horizon.map({ waiting[0].clock <= $0 }) ?? true else { break }
        active.append(waiting.removeFirst())
      }
      let behind = active.indices.min { active[$0].clock < active[$1].clock }!
      let reading = active[behind]
      var limit = Timestamp(microseconds: .max)
      for (index, other) in active.enumerated() where index != behind { limit = min(limit, other.clock) }
      if let next = waiting.first, active.count < Limits.openSources { limit = min(limit, next.clock) }
      advance(reading, until: limit, among: all)
      if reading.isAtEnd { active.remove(at: behind) }
    }
  }

  private func advance(_ reading: SourceReading, until limit: Timestamp, among all: [SourceReading]) {
    let end = limit.microseconds == .max ? limit : limit.advanced(bySeconds: Limits.sliceSeconds)
    guard progress != nil, limit.microseconds == .max else {
      reading.advance(until: end, sink: sink)
      report(all)
      return
    }
    // The last source is read in slices of an hour, so that progress can be shown.
    while !reading.isAtEnd {
      reading.advance(until: max(reading.clock, Timestamp(microseconds: 0)).advanced(bySeconds: 3600), sink: sink)
      report(all)
    }
  }

  private func report(_ all: [SourceReading]) {
    guard let progress else { return }
    var bytes: Int64 = 0
    var lines: Int64 = 0
    for reading in all {
      bytes += reading.isAtEnd ? reading.result.size : reading.progress
      lines += reading.result.counts.lines
    }
    progress(bytes, total, lines)
  }
}
