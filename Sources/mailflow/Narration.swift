import Archive
import Bytes
import Ingest
import Reports
import Store

/// What --verbose tells on standard error: what is read, how it is understood, and how long it took.
struct Narration {
  private let isOn: Bool
  private let zone: TimeZone
  private let start = Timestamp.now

  init(isOn: Bool, zone: TimeZone) {
    self.isOn = isOn
    self.zone = zone
  }

  private var elapsed: Int64 { Timestamp.now.microseconds - start.microseconds }

  /// Lets the run tell of each source when it has been looked at.
  func follow(_ run: IngestRun, host: String?) {
    guard isOn else { return }
    run.looked = { Narration.write($0, host: host) }
  }

  /// `mail.log.2.gz: syslog-rfc3164, gzip, host mx1, from byte 1,203,442.`
  private static func write(_ look: SourceLook, host: String?) {
    let path = shown(look.path)
    if let skipped = look.skipped { return Complaint.write("\(path): left out: \(skipped).") }
    var parts = [look.format ?? "of no known format"]
    if look.compression != .none { parts.append(look.compression.rawValue) }
    if let host { parts.append("host \(shown(host))") }
    parts.append("from byte \(Quantities.count(look.start))")
    Complaint.write("\(path): \(parts.joined(separator: ", ")).")
  }

  /// Years that had to be guessed, and how fast the lines went by.
  func read(_ run: IngestRun) {
    guard isOn else { return }
    for result in run.results {
      let path = Narration.shown(result.path)
      if let year = run.correctedYears[result.path] {
        Complaint.write("\(path): spans more than a year; all is read again, its first stamp as of \(year).")
      } else if let year = result.inferredYear {
        Complaint.write("\(path): stamps have no year; the first is taken to be of \(year).")
      }
    }
    guard run.correctedYears.isEmpty else { return }
    let lines = run.results.reduce(0) { $0 + $1.counts.lines }
    let rate = Quantities.count(lines * 1_000_000 / max(1, elapsed))
    Complaint.write("\(Quantities.count(lines)) lines in \(Quantities.duration(elapsed)), \(rate) lines/s.")
  }

  /// What reading came to.
  func kept(_ counts: StoreWriter.Counts) {
    guard isOn else { return }
    var sentence = "\(Quantities.count(counts.hops)) hops joined into \(Quantities.count(counts.messages)) messages"
    if counts.settled > 0 { sentence += "; \(Quantities.count(counts.settled)) came in pieces and were settled" }
    Complaint.write(sentence + ".")
  }

  /// `mail.sqlite: 240 messages, 2026-10-24 00:00:01 to 2026-10-24 23:59:58 +02:00.`
  func opened(_ store: Store) throws(StoreError) {
    guard isOn else { return }
    var sentence = "\(Narration.shown(store.path)): \(Quantities.count(try store.messageCount())) messages"
    if let span = try store.span() {
      sentence += ", \(Quantities.time(span.first, zone, offset: false)) to \(Quantities.time(span.last, zone))"
    }
    Complaint.write(sentence + ".")
  }

  func finish() {
    guard isOn else { return }
    Complaint.write("done in \(Quantities.duration(elapsed)).")
  }

  private static func shown(_ text: String) -> String { Escaping.shown(Array(text.utf8)) }
}
