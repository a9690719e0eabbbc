import Bytes

/// The line facts of the last seconds: the same line again is one fact with a count.
struct LineWindow {
  private var waiting: [LineFact] = []
  private var head = 0
  /// By the hash of a line's identity. Of two lines whose hashes meet the later one is known; the store tells them apart.
  private var known: [UInt64: LineFact] = [:]

  /// Takes a line fact; those that have waited long enough go to `keep`. Returns false if it was known already.
  mutating func add(_ line: LineFact, keep: (LineFact) -> Void) -> Bool {
    let due = line.time.advanced(bySeconds: -Limits.lingerSeconds)
    while head < waiting.count && (waiting[head].time < due || waiting.count - head > Limits.waitingLines) {
      let old = waiting[head]
      head += 1
      if let first = known[old.hash], first === old { known[old.hash] = nil }
      keep(old)
    }
    if head > 1024 && head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    if let same = known[line.hash], same.isSameLine(as: line) {
      same.merge(line)
      return false
    }
    known[line.hash] = line
    waiting.append(line)
    return true
  }

  mutating func finish(keep: (LineFact) -> Void) {
    for line in waiting[head...] { keep(line) }
    waiting.removeAll()
    head = 0
    known.removeAll()
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
  func merge(_ other: LineFact) {
    time = time.merged(with: other.time)
    seenCount = other.count + (seenIn == other.evidence.source ? seenCount : 0)
    seenIn = other.evidence.source
    count = max(count, seenCount)
  }
}
