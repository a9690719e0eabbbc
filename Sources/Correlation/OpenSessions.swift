import Bytes
import Facts

/// Sessions that are being assembled, by process, client and source: a process serves a client once at a time.
///
/// What did not come as a whole, or not in its order, the store puts together with `SessionWeave`.
struct OpenSessions {
  /// A client of a process as one source tells of it.
  private struct Thread {
    /// Host, source and pid.
    let process: UInt64
    var session: Session
    var isOpen = false
    var second = Second()
    // Of the latest line: how many equal ones came before it in its second, and whether its place is in doubt.
    private(set) var ordinal = 0
    private var isDoubtful = false

    init(process: UInt64, session: Session) { (self.process, self.session) = (process, session) }

    /// Takes note of a line; whether it goes on with the session that is open.
    mutating func note(_ line: Line, at time: Timestamp) -> Bool {
      let isRegular = isOpen == (line.kind != .connect)
      let wasAmbiguous = second.isAmbiguous
      (ordinal, isDoubtful) = second.note(line.mark, line.kind, time, isRegular)
      isDoubtful = isDoubtful || !isRegular && wasAmbiguous
      if isOpen && session.takes(line.kind, at: time) { return true }
      if wasAmbiguous { session.isDoubtful = true }
      return false
    }

    /// Adds the line to the session; true if it ends with it.
    mutating func add(_ fact: Fact, _ line: Line, isFirst: Bool, _ evidence: Evidence, _ lexicon: Lexicon) -> Bool {
      session.add(fact, line.kind, line.mark, ordinal: ordinal, isFirst: isFirst, evidence, lexicon)
      if isDoubtful { session.isDoubtful = true }
      return line.kind == .end
    }
  }

  private struct Line {
    let kind: Session.Kind
    let thread: UInt64
    let mark: Session.Mark

    init(_ fact: borrowing Fact, _ kind: Session.Kind) {
      self.kind = kind
      thread = Session.thread(of: fact)
      mark = Session.Mark(fact, kind, thread: thread)
    }
  }

  /// Whether several sources are read, which may tell the same lines.
  var waits = false

  private let lexicon: Lexicon
  /// Whether whole sessions are wanted, or only how many began and how many were lost.
  private let wantsDetails: Bool
  private var places = IndexTable()
  private var threads: [Thread] = []
  /// How many threads there may be before those that are idle are forgotten.
  private var room = Limits.roomForThreads
  private var recent = RecentMarks()
  private(set) var spans = SourceSpans()

  init(lexicon: Lexicon, wantsDetails: Bool) {
    self.lexicon = lexicon
    self.wantsDetails = wantsDetails
  }

  /// Takes what `fact` says of a session; those that are complete go to `finish`.
  mutating func take(_ fact: Fact, host: NameID, evidence: Evidence, finish: (Session) -> Void) {
    let kind = Session.Kind(fact)
    if !wantsDetails {
      guard kind == .connect || kind == .loss, !fact.program.hasSuffix("postscreen") else { return }
      if !waits { return finish(Session(counting: kind, fact, host: host, lexicon)) }
    }
    if waits { spans.note(host: host, source: evidence.source, at: fact.time.seconds) }
    let process = UInt64(host) << 48 ^ UInt64(UInt32(bitPattern: evidence.source)) << 32 ^ UInt64(bitPattern: fact.pid)
    let line = Line(fact, kind)
    take(fact, line, host, place(of: line.thread, process, fact, host, finish), evidence, finish)
  }

  private mutating func place(
    of thread: UInt64, _ process: UInt64, _ fact: Fact, _ host: NameID, _ finish: (Session) -> Void
  ) -> Int {
    let hash = OpenSessions.hash(process, thread)
    if let known = places.first(
      hash, where: { threads[$0].process == process && threads[$0].session.thread == thread })
    {
      return known
    }
    if threads.count >= room { makeRoom(at: fact.time, finish) }
    places.insert(threads.count, hash: hash)
    threads.append(
      Thread(process: process, session: Session(host: host, pid: fact.pid, program: 0, client: 0, thread: thread)))
    return threads.count - 1
  }

  private static func hash(_ process: UInt64, _ thread: UInt64) -> UInt64 {
    KeyedHash.fold(process ^ thread &* 0x9E37_79B9_7F4A_7C15, KeyedHash.key)
  }

  private mutating func take(
    _ fact: Fact, _ line: Line, _ host: NameID, _ place: Int, _ evidence: Evidence, _ finish: (Session) -> Void
  ) {
    let goesOn = threads[place].note(line, at: fact.time)
    if !goesOn {
      if threads[place].isOpen { conclude(place, finish) }
      threads[place].session = session(fact, host, line.thread)
      threads[place].isOpen = true
    }
    let isAtEnd = threads[place].add(fact, line, isFirst: !goesOn, evidence, lexicon)
    if waits && (line.kind == .connect || line.kind == .loss) {
      let content = line.mark.content(ordinal: threads[place].ordinal)
      let process = KeyedHash.fold(UInt64(host) + 1, UInt64(bitPattern: fact.pid))
      let isRepeated = recent.repeats(content ^ process, at: fact.time)
      if line.kind == .connect {
        threads[place].session.isRepeated = isRepeated
      } else {
        threads[place].session.isLossRepeated = isRepeated
      }
    }
    // Beginnings and losses are counted line by line: nothing goes on with them.
    if isAtEnd || !wantsDetails { conclude(place, finish) }
  }

  private func session(_ fact: Fact, _ host: NameID, _ thread: UInt64) -> Session {
    Session(
      host: host, pid: fact.pid, program: lexicon.words.intern(fact.program),
      client: wantsDetails ? lexicon.client(of: fact) : 0, thread: thread)
  }

  /// Nothing more of the session is to come from its source in this order.
  private mutating func conclude(_ place: Int, _ finish: (Session) -> Void) {
    threads[place].isOpen = false
    finish(threads[place].session)
  }

  /// Forgets threads without an open session and, where there are still too many, ends all sessions.
  private mutating func makeRoom(at time: Timestamp, _ finish: (Session) -> Void) {
    let idle = time.advanced(bySeconds: -Limits.idleThreadSeconds).seconds
    threads.removeAll { !$0.isOpen && $0.second.number < idle }
    if threads.count >= Limits.rememberedThreads { forget(finish) }
    places.removeAll()
    for place in threads.indices {
      places.insert(place, hash: OpenSessions.hash(threads[place].process, threads[place].session.thread))
    }
    room = max(Limits.roomForThreads, threads.count * 2)
  }

  mutating func renew(_ renewal: LexiconRenewal) {
    for place in threads.indices where threads[place].isOpen { threads[place].session.renew(renewal) }
  }

  /// Ends all sessions of all threads, which are too many to be remembered.
  private mutating func forget(_ finish: (Session) -> Void) {
    for place in threads.indices where threads[place].isOpen {
      if threads[place].second.isAmbiguous { threads[place].session.isDoubtful = true }
      conclude(place, finish)
    }
    places.removeAll()
    threads.removeAll()
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    forget(finish)
    recent = RecentMarks()
  }
}

/// The lines of a thread in the second at hand: which are equal, and whether their order is beyond doubt.
private struct Second {
  private(set) var number = Int64.min
  private var latest = Timestamp(microseconds: .min)
  private var kinds: UInt8 = 0
  private var isCoarse = false
  private var isIrregular = false
  private var isSuspect = false
  private var marks = Marks()

  /// Whether only what comes behind this second tells if its ends are those of sessions that began in it, or before.
  var isAmbiguous: Bool {
    let both = Session.Kind.connect.bit | Session.Kind.end.bit
    return isCoarse && kinds & both == both
  }

  /// Takes a line; says how many equal ones came before it, and whether another order of the lines of this second, or an earlier
  /// one, might give other sessions.
  ///
  /// - Parameter isRegular: whether it begins a session while none is open, or goes on with the one that is.
  mutating func note(
    _ mark: Session.Mark, _ kind: Session.Kind, _ time: Timestamp, _ isRegular: Bool
  ) -> (ordinal: Int, isDoubtful: Bool) {
    let isCoarseStamp = time.fraction == 0
    guard time.seconds == number else {
      let wentBack = time.seconds < number
      number = time.seconds
      (latest, kinds, isCoarse, isIrregular, isSuspect) = (time, kind.bit, isCoarseStamp, !isRegular, false)
      marks.removeAll()
      marks.add(mark.value)
      return (0, wentBack)
    }
    let ordinal = marks.count(mark.value)
    marks.add(mark.value)
    let wentBack = time < latest
    isCoarse = isCoarse || isCoarseStamp || time == latest
    latest = max(latest, time)
    if isIrregular || !isRegular || kinds & kind.bit != 0 && ordinal == 0
      || kinds & Session.Kind.end.bit != 0 && (kind == .tls || kind == .loss)
    {
      isSuspect = true
    }
    isIrregular = isIrregular || !isRegular
    kinds |= kind.bit
    return (ordinal, wentBack || isSuspect && isCoarse)
  }
}

/// The lines of a second: mostly so few that they need no memory of their own.
private struct Marks {
  private var first: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var known = 0
  private var others: [UInt64] = []

  mutating func removeAll() {
    known = 0
    if !others.isEmpty { others.removeAll() }
  }

  mutating func add(_ mark: UInt64) {
    switch known {
    case 0: first.0 = mark
    case 1: first.1 = mark
    case 2: first.2 = mark
    case 3: first.3 = mark
    default: if known < Limits.linesOfSecond { others.append(mark) }
    }
    known += 1
  }

  func count(_ mark: UInt64) -> Int {
    var count = 0
    if known > 0 && first.0 == mark { count += 1 }
    if known > 1 && first.1 == mark { count += 1 }
    if known > 2 && first.2 == mark { count += 1 }
    if known > 3 && first.3 == mark { count += 1 }
    for other in others where other == mark { count += 1 }
    return count
  }
}

/// What was met in the last seconds of log time.
private struct RecentMarks {
  private var latest: Set<UInt64> = []
  private var earlier: Set<UInt64> = []
  private var until = Int64.min

  /// Whether `mark` was met before.
  mutating func repeats(_ mark: UInt64, at time: Timestamp) -> Bool {
    if time.seconds > until || latest.count >= Limits.waitingLines {
      (earlier, latest, until) = (latest, [], time.seconds + Limits.lingerSeconds)
    }
    return earlier.contains(mark) || !latest.insert(mark).inserted
  }
}

/// From when to when each source tells of the sessions of a host.
struct SourceSpans {
  private struct Span {
    let host: NameID
    let source: Int32
    var first: Int64
    var last: Int64
  }

  private var spans: [Span] = []
  private var places: [UInt64: Int] = [:]
  private var latest = 0

  mutating func note(host: NameID, source: Int32, at second: Int64) {
    if latest >= spans.count || spans[latest].host != host || spans[latest].source != source {
      let key = UInt64(host) << 32 | UInt64(UInt32(bitPattern: source))
      latest = places[key] ?? spans.count
      if latest == spans.count {
        places[key] = latest
        spans.append(Span(host: host, source: source, first: second, last: second))
      }
    }
    spans[latest].first = min(spans[latest].first, second)
    spans[latest].last = max(spans[latest].last, second)
  }

  /// The seconds of which several sources tell for the same host.
  var overlaps: [ClosedRange<Int64>] {
    var overlaps: [ClosedRange<Int64>] = []
    let sorted = spans.sorted { ($0.host, $0.first) < ($1.host, $1.first) }
    var before: Span?
    for span in sorted {
      if let known = before, known.host == span.host {
        if span.first <= known.last { overlaps.append(span.first...min(span.last, known.last)) }
        if span.last <= known.last { continue }
      }
      before = span
    }
    return overlaps
  }
}
