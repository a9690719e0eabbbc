import Bytes
import Facts

/// Derives the sessions of a thread from all lines that are known of it: the pairing is a function of the lines, whatever pieces
/// they came in.
package struct SessionWeave {
  private let lexicon: Lexicon

  package init(_ lexicon: Lexicon) { self.lexicon = lexicon }

  /// The sessions that the lines of `pieces`, which are of one thread, are.
  package func sessions(of pieces: [Session]) -> [Session] {
    let lines = distinctLines(of: pieces)
    let moments = moments(of: lines)
    var sessions: [Session] = []
    var open: Session?
    for (index, moment) in moments.enumerated() {
      var queues = Queues(lines[moment.lines])
      queues.order(open: open != nil, goesOn: index + 1 < moments.count && moments[index + 1].goesOn)
      while let line = queues.next(open) { add(line, &open, &sessions) }
    }
    if let open { sessions.append(open) }
    if pieces.contains(where: \.isDoubtful) { for index in sessions.indices { sessions[index].isDoubtful = true } }
    return sessions
  }

  /// Each line once, with the finest of its stamps, by second, time, ordinal and content.
  private func distinctLines(of pieces: [Session]) -> [Session.Line] {
    var places: [UInt64: Int] = [:]
    var lines: [Session.Line] = []
    for line in pieces.lazy.flatMap({ $0.lines(lexicon) }) {
      let key = line.mark.content(ordinal: line.ordinal)
      guard let place = places[key] else {
        places[key] = lines.count
        lines.append(line)
        continue
      }
      let time = lines[place].time.merged(with: line.time)
      lines[place].time = time
      lines[place].evidence = lines[place].evidence ?? line.evidence
    }
    return lines.sorted { ($0.time, $0.ordinal, $0.mark.value) < ($1.time, $1.ordinal, $1.mark.value) }
  }

  /// Lines that their stamps do not put in order.
  private struct Moment {
    let lines: Range<Int>
    /// Whether a session that began before must be open when they come.
    var goesOn = false
  }

  private func moments(of lines: [Session.Line]) -> [Moment] {
    var moments: [Moment] = []
    var second = 0
    while second < lines.count {
      var end = second + 1
      while end < lines.count && lines[end].time.seconds == lines[second].time.seconds { end += 1 }
      let isCoarse = lines[second..<end].contains { $0.time.fraction == 0 }
      var start = second
      for index in second..<end where index + 1 == end || !isCoarse && lines[index + 1].time != lines[index].time {
        moments.append(Moment(lines: start..<index + 1))
        start = index + 1
      }
      second = end
    }
    for index in moments.indices.reversed() {
      let next = index + 1 < moments.count ? moments[index + 1] : nil
      let time = lines[moments[index].lines.lowerBound].time
      let isNear = next.map { lines[$0.lines.lowerBound].time.seconds - time.seconds <= Limits.longestSession } ?? false
      moments[index].goesOn = goesOn(lines[moments[index].lines], isOpenBehind: isNear && next!.goesOn)
    }
    return moments
  }

  private func goesOn(_ lines: ArraySlice<Session.Line>, isOpenBehind: Bool) -> Bool {
    var (beginnings, ends) = (0, 0)
    for line in lines {
      if line.kind == .connect { beginnings += 1 }
      if line.kind == .end { ends += 1 }
    }
    if beginnings == ends && ends > 0 { return isOpenBehind }
    return beginnings < ends || beginnings == 0
  }

  private func add(_ line: Session.Line, _ open: inout Session?, _ sessions: inout [Session]) {
    if let known = open, !known.takes(line.kind, at: line.time) {
      sessions.append(known)
      open = nil
    }
    if open == nil { open = Session(beginningWith: line) } else { open!.add(line) }
    if line.kind == .end {
      sessions.append(open!)
      open = nil
    }
  }

  /// Lines of one moment by their kinds.
  private struct Queues {
    private var lines: [[Session.Line]] = [[], [], [], []]
    private var heads = [0, 0, 0, 0]
    /// What must come first, since what comes behind these lines would not fit otherwise.
    private var first: Session.Kind?

    init(_ all: ArraySlice<Session.Line>) { for line in all { lines[line.kind.rawValue].append(line) } }

    /// As many beginnings as ends leave a session as open as it was: where one is open, and none goes on, its end has been lost.
    mutating func order(open: Bool, goesOn: Bool) {
      let (beginnings, ends) = (lines[Session.Kind.connect.rawValue].count, lines[Session.Kind.end.rawValue].count)
      if open && !goesOn && beginnings > 0 && beginnings == ends { first = .connect }
    }

    /// The line that is next where `open` goes on: what belongs to it, then a beginning, then what is left.
    mutating func next(_ open: Session?) -> Session.Line? {
      if let kind = first {
        first = nil
        return take(kind)
      }
      if let open {
        for kind in [Session.Kind.tls, .loss, .end] {
          if let line = head(kind), open.takes(kind, at: line.time) { return take(kind) }
        }
      }
      for kind in [Session.Kind.connect, .tls, .loss, .end] where head(kind) != nil { return take(kind) }
      return nil
    }

    private func head(_ kind: Session.Kind) -> Session.Line? {
      let (list, head) = (lines[kind.rawValue], heads[kind.rawValue])
      return head < list.count ? list[head] : nil
    }

    private mutating func take(_ kind: Session.Kind) -> Session.Line {
      defer { heads[kind.rawValue] += 1 }
      return lines[kind.rawValue][heads[kind.rawValue]]
    }
  }
}
