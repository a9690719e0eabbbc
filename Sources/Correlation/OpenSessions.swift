import Bytes
import Facts

/// Sessions that are being assembled, by process and source: a process serves one client at a time.
///
/// What did not come as a whole, or not in its order, the store puts together with `SessionWeave`.
struct OpenSessions {
  /// A process as one source tells of it.
  private struct Process {
    /// Host, source and pid.
    let key: UInt64
    var session: Session
    var isOpen: Bool
    var second = Second()

    /// Takes note of a line; whether it goes on with the session that is open.
    mutating func note(_ line: Line, at time: Timestamp) -> Bool {
      let isSameClient = isOpen && session.thread == line.thread
      let isRegular = isSameClient == (line.kind != .connect)
      let wasAmbiguous = second.isAmbiguous
      (ordinal, isDoubtful) = second.note(line.mark, line.kind, line.thread, time, isRegular)
      isDoubtful = isDoubtful || !isRegular && wasAmbiguous
      if isSameClient && session.takes(line.kind, at: time) { return true }
      if wasAmbiguous { session.isDoubtful = true }
      return false
    }

    /// Adds the line to the session; true if it ends with it.
    mutating func add(_ fact: Fact, _ line: Line, isFirst: Bool, _ evidence: Evidence, _ lexicon: Lexicon) -> Bool {
      session.add(fact, line.kind, line.mark, ordinal: ordinal, isFirst: isFirst, evidence, lexicon)
      if isDoubtful { session.isDoubtful = true }
      return line.kind == .end
    }

    // Of the latest line: how many equal ones came before it in its second, and whether its place is in doubt.
    private(set) var ordinal = 0
    private var isDoubtful = false

    init(key: UInt64, session: Session) {
      (self.key, self.session) = (key, session)
      isOpen = false
    }
  }

  private struct Line {
    let kind: Session.Kind
    let thread: UInt64
    let mark: Session.Mark

    init(_ fact: Fact) {
      kind = Session.Kind(fact)
      thread = Session.thread(of: fact)
      mark = Session.Mark(fact, kind, thread: thread)
    }
  }

  /// Whether several sources are read, which may tell the same lines.
  var waits = false

  private let lexicon: Lexicon
  /// Whether to remember the clients.
  private let wantsDetails: Bool
  private var places = IndexTable()
  private var processes: [Process] = []
  /// How many processes there may be before those that are idle are forgotten.
  private var room = Limits.roomForProcesses
  /// The open sessions of processes that serve many clients at once, by process, source and client.
  private var ofClients: [UInt64: Session] = [:]
  private var recent = RecentMarks()
  private(set) var spans = SourceSpans()

  init(lexicon: Lexicon, wantsDetails: Bool) {
    self.lexicon = lexicon
    self.wantsDetails = wantsDetails
  }

  /// Takes what `fact` says of a session; those that are complete go to `finish`.
  mutating func take(_ fact: Fact, host: NameID, evidence: Evidence, finish: (Session) -> Void) {
    if waits { spans.note(host: host, source: evidence.source, at: fact.time.seconds) }
    let key = UInt64(host) << 48 ^ UInt64(UInt32(bitPattern: evidence.source)) << 32 ^ UInt64(bitPattern: fact.pid)
    let line = Line(fact)
    if fact.program.hasSuffix("postscreen") { return takeOfClient(fact, line, host, key, evidence, finish) }
    let hash = KeyedHash.fold(key, KeyedHash.key)
    let place: Int
    if let known = places.first(hash, where: { processes[$0].key == key }) {
      place = known
    } else {
      if processes.count >= room { makeRoom(at: fact.time, finish) }
      place = processes.count
      places.insert(place, hash: hash)
      let none = Session(host: host, pid: fact.pid, program: 0, client: 0)
      processes.append(Process(key: key, session: none))
    }
    take(fact, line, host, place, evidence, finish)
  }

  private mutating func take(
    _ fact: Fact, _ line: Line, _ host: NameID, _ place: Int, _ evidence: Evidence, _ finish: (Session) -> Void
  ) {
    let goesOn = processes[place].note(line, at: fact.time)
    if !goesOn {
      if processes[place].isOpen { conclude(place, finish) }
      processes[place].session = session(fact, host, line.thread)
      processes[place].isOpen = true
    }
    let isAtEnd = processes[place].add(fact, line, isFirst: !goesOn, evidence, lexicon)
    if waits && (line.kind == .connect || line.kind == .loss) {
      let content = line.mark.content(ordinal: processes[place].ordinal)
      let process = KeyedHash.fold(UInt64(host) + 1, UInt64(bitPattern: fact.pid))
      let isRepeated = recent.repeats(content ^ process, at: fact.time)
      if line.kind == .connect {
        processes[place].session.isRepeated = isRepeated
      } else {
        processes[place].session.isLossRepeated = isRepeated
      }
    }
    if isAtEnd { conclude(place, finish) }
  }

  /// `postscreen(8)` is one process for all clients.
  private mutating func takeOfClient(
    _ fact: Fact, _ line: Line, _ host: NameID, _ process: UInt64, _ evidence: Evidence, _ finish: (Session) -> Void
  ) {
    guard wantsDetails else { return }
    let key = process &* 31 ^ line.thread
    var known = ofClients.removeValue(forKey: key)
    if let earlier = known, !earlier.takes(line.kind, at: fact.time) {
      finish(earlier)
      known = nil
    }
    if ofClients.count >= Limits.rememberedClients { forgetClients(finish) }
    var session = known ?? self.session(fact, host, line.thread)
    if known != nil && fact.time < session.lastMoment { session.isDoubtful = true }
    session.add(fact, line.kind, line.mark, ordinal: 0, isFirst: known == nil, evidence, lexicon)
    if line.kind == .end { finish(session) } else { ofClients[key] = session }
  }

  private mutating func forgetClients(_ finish: (Session) -> Void) {
    for session in ofClients.values { finish(session) }
    ofClients.removeAll()
  }

  private func session(_ fact: Fact, _ host: NameID, _ thread: UInt64) -> Session {
    Session(
      host: host, pid: fact.pid, program: lexicon.words.intern(fact.program),
      client: wantsDetails ? lexicon.client(of: fact) : 0, thread: thread)
  }

  /// Nothing more of the session is to come from its source in this order.
  private mutating func conclude(_ place: Int, _ finish: (Session) -> Void) {
    processes[place].isOpen = false
    finish(processes[place].session)
  }

  /// Forgets processes without an open session and, where there are still too many, ends all sessions.
  private mutating func makeRoom(at time: Timestamp, _ finish: (Session) -> Void) {
    let idle = time.advanced(bySeconds: -Limits.idleProcessSeconds).seconds
    processes.removeAll { !$0.isOpen && $0.second.number < idle }
    if processes.count >= Limits.rememberedProcesses { forget(finish) }
    places.removeAll()
    for place in processes.indices { places.insert(place, hash: KeyedHash.fold(processes[place].key, KeyedHash.key)) }
    room = max(Limits.roomForProcesses, processes.count * 2)
  }

  mutating func renew(_ renewal: LexiconRenewal) {
    for place in processes.indices where processes[place].isOpen { processes[place].session.renew(renewal) }
    for key in ofClients.keys { ofClients[key]!.renew(renewal) }
  }

  /// Ends all sessions of all processes, which are too many to be remembered.
  private mutating func forget(_ finish: (Session) -> Void) {
    for place in processes.indices where processes[place].isOpen {
      if processes[place].second.isAmbiguous { processes[place].session.isDoubtful = true }
      conclude(place, finish)
    }
    places.removeAll()
    processes.removeAll()
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    forget(finish)
    forgetClients(finish)
    recent = RecentMarks()
  }
}

/// The lines of a process in the second at hand: which are equal, and whether their order is beyond doubt.
private struct Second {
  private(set) var number = Int64.min
  private var latest = Timestamp(microseconds: .min)
  private var thread: UInt64 = 0
  private var kinds: UInt8 = 0
  /// Those of all clients.
  private var allKinds: UInt8 = 0
  private var switches = 0
  private var isCoarse = false
  private var isIrregular = false
  private var isSuspect = false
  private var marks = Marks()

  /// Whether only what comes behind this second tells if its ends are those of sessions that began in it, or before.
  var isAmbiguous: Bool {
    let both = Session.Kind.connect.bit | Session.Kind.end.bit
    return isCoarse && allKinds & both == both
  }

  /// Takes a line; says how many equal ones came before it, and whether another order of the lines of this second, or an earlier
  /// one, might give other sessions.
  ///
  /// - Parameter isRegular: whether it begins a session while none is open, or goes on with the one that is.
  mutating func note(
    _ mark: Session.Mark, _ kind: Session.Kind, _ thread: UInt64, _ time: Timestamp, _ isRegular: Bool
  ) -> (ordinal: Int, isDoubtful: Bool) {
    let isCoarseStamp = time.fraction == 0
    guard time.seconds == number else {
      let wentBack = time.seconds < number
      number = time.seconds
      (latest, self.thread, kinds, allKinds, switches) = (time, thread, kind.bit, kind.bit, 0)
      (isCoarse, isIrregular, isSuspect) = (isCoarseStamp, !isRegular, false)
      marks.removeAll()
      marks.add(mark.value)
      return (0, wentBack)
    }
    let ordinal = marks.count(mark.value)
    marks.add(mark.value)
    let wentBack = time < latest
    isCoarse = isCoarse || isCoarseStamp || time == latest
    latest = max(latest, time)
    if thread != self.thread {
      // The lines of a third client, or again of the first, are not compared with all before.
      (self.thread, kinds, isIrregular) = (thread, 0, !isRegular)
      switches += 1
      isSuspect = isSuspect || switches > 1
    } else if isIrregular || !isRegular || kinds & kind.bit != 0 && ordinal == 0
      || kinds & Session.Kind.end.bit != 0 && (kind == .tls || kind == .loss)
    {
      isSuspect = true
    }
    isIrregular = isIrregular || !isRegular
    kinds |= kind.bit
    allKinds |= kind.bit
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
