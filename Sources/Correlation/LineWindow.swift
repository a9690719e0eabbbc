import Bytes

/// The line facts of the last seconds: the same line again is one fact with a count.
struct LineWindow {
  private var waiting: [LineFact] = []
  private var head = 0
  private var known: [Key: LineFact] = [:]

  private struct Key: Hashable {
    var identity: Int64
    var second: Int64
    var pid: Int64
    var host: NameID
  }

  /// Takes a line fact; those that have waited long enough go to `keep`. Returns false if it was known already.
  mutating func add(_ line: LineFact, keep: (LineFact) -> Void) -> Bool {
    let due = line.time.advanced(bySeconds: -Limits.lingerSeconds)
    while head < waiting.count && (waiting[head].time < due || waiting.count - head > Limits.waitingLines) {
      known[key(waiting[head])] = nil
      keep(waiting[head])
      head += 1
    }
    if head > 1024 && head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    if let same = known[key(line)] {
      same.merge(line)
      return false
    }
    known[key(line)] = line
    waiting.append(line)
    return true
  }

  mutating func finish(keep: (LineFact) -> Void) {
    for line in waiting[head...] { keep(line) }
    waiting.removeAll()
    head = 0
    known.removeAll()
  }

  private func key(_ line: LineFact) -> Key {
    Key(identity: line.identity, second: line.time.seconds, pid: line.pid, host: line.host)
  }
}

extension LineFact {
  /// Takes over what the same line, read once more, adds: a finer stamp, a greater count.
  func merge(_ other: LineFact) {
    time = time.merged(with: other.time)
    seenCount = other.count + (seenIn == other.evidence.source ? seenCount : 0)
    seenIn = other.evidence.source
    count = max(count, seenCount)
  }
}
