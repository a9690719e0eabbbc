import Bytes
import Facts

/// The line facts of the last seconds: the same line again is one fact with a count.
struct LineWindow {
  /// A ring: those that wait, in the order in which they came.
  private var ring: [LineFact?] = Array(repeating: nil, count: 1024)
  private var head = 0
  private var waiting = 0
  private var known = IndexTable()
  /// Objects to be filled anew.
  private var free: [LineFact] = []

  /// Takes what a line says; those that have waited long enough go to `keep`. Returns it if it was not known already.
  mutating func add(
    _ fact: Fact, event: Event, lexicon: Lexicon, namesAddresses: Bool, evidence: Evidence, keep: (LineFact) -> Void
  ) -> LineFact? {
    let due = fact.time.advanced(bySeconds: -Limits.lingerSeconds)
    while waiting > 0 && (ring[head]!.time < due || waiting >= Limits.waitingLines) { handOn(keep) }
    let line = free.popLast() ?? LineFact()
    line.fill(fact, event: event, lexicon: lexicon, namesAddresses: namesAddresses, evidence: evidence)
    let hash = line.hash
    if let same = known.first(hash, where: { ring[$0]!.isSameLine(as: line) }) {
      ring[same]!.merge(line)
      free.append(line)
      return nil
    }
    if waiting == ring.count { grow() }
    let place = (head + waiting) & (ring.count - 1)
    ring[place] = line
    known.insert(place, hash: hash)
    waiting += 1
    return line
  }

  var waitingLines: [LineFact] { ring.compactMap { $0 } }

  mutating func finish(keep: (LineFact) -> Void) {
    while waiting > 0 { handOn(keep) }
    free.removeAll()
  }

  private mutating func handOn(_ keep: (LineFact) -> Void) {
    var line = ring[head]!
    known.remove(head, hash: line.hash)
    keep(line)
    ring[head] = nil
    head = (head + 1) & (ring.count - 1)
    waiting -= 1
    // Whoever still needs it keeps it as it is.
    if isKnownUniquelyReferenced(&line) { free.append(line) }
  }

  private mutating func grow() {
    let lines = (0..<waiting).map { ring[(head + $0) & (ring.count - 1)] }
    ring = lines + Array(repeating: nil, count: ring.count * 2 - waiting)
    head = 0
    known.removeAll()
    for index in 0..<waiting { known.insert(index, hash: ring[index]!.hash) }
  }
}

extension LineFact {
  fileprivate var hash: UInt64 {
    let place = UInt64(bitPattern: time.seconds) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: pid) << 20 ^ UInt64(host)
    return UInt64(bitPattern: identity) ^ place
  }

  fileprivate func isSameLine(as other: LineFact) -> Bool {
    identity == other.identity && time.seconds == other.time.seconds && pid == other.pid && host == other.host
  }

  /// Takes over what the same line, read once more, adds: a finer stamp, a greater count.
  fileprivate func merge(_ other: LineFact) {
    time = time.merged(with: other.time)
    seenCount = other.count + (seenIn == other.evidence.source ? seenCount : 0)
    seenIn = other.evidence.source
    count = max(count, seenCount)
  }
}
