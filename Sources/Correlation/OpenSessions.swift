import Bytes
import Facts

/// Sessions that are being assembled, by process and source: a process serves one client at a time.
struct OpenSessions {
  /// A process as one source tells of it.
  private struct Process {
    /// Host, source and pid.
    let key: UInt64
    var session: Session
    var isOpen: Bool
    /// The second in which its latest session began or, where that is unknown, ended, and how many it had in it before that.
    var second = Int64.min
    var ordinal: Int64 = 0
  }

  /// Whether other sources may tell the same lines, so that a session that has ended waits a little for them.
  var waits = true

  private let lexicon: Lexicon
  /// Whether to remember the clients.
  private let wantsDetails: Bool
  private var places = IndexTable()
  private var processes: [Process] = []
  /// How many processes there may be before those that are idle are forgotten.
  private var room = Limits.roomForProcesses
  /// The open sessions of processes that serve many clients at once, by process, source and client.
  private var ofClients: [UInt64: Session] = [:]
  private var waiting: [(time: Timestamp, session: Session)] = []
  private var waitingHead = 0
  /// Places in `waiting`, counted from the beginning, by a hash of what identifies the session there.
  private var known: [UInt64: Int] = [:]
  /// Sessions that left `waiting` at its front.
  private var released = 0

  init(lexicon: Lexicon, wantsDetails: Bool) {
    self.lexicon = lexicon
    self.wantsDetails = wantsDetails
  }

  /// Takes what `fact` says of a session; those that ended long enough ago go to `finish`.
  mutating func take(_ fact: Fact, host: NameID, evidence: Evidence, finish: (Session) -> Void) {
    if waits { release(before: fact.time.advanced(bySeconds: -Limits.lingerSeconds), finish) }
    let key = UInt64(host) << 48 ^ UInt64(UInt32(bitPattern: evidence.source)) << 32 ^ UInt64(bitPattern: fact.pid)
    if fact.program.hasSuffix("postscreen") { return takeOfClient(fact, host, key, evidence, finish) }
    let hash = KeyedHash.fold(key, KeyedHash.key)
    guard let place = places.first(hash, where: { processes[$0].key == key }) else {
      if processes.count >= room { makeRoom(at: fact.time, finish) }
      places.insert(processes.count, hash: hash)
      processes.append(Process(key: key, session: session(fact, host, evidence), isOpen: true))
      add(fact, evidence, processes.count - 1, finish)
      return
    }
    if !processes[place].isOpen || fact.event == .connect {
      if processes[place].isOpen { end(place, finish) }
      processes[place].session = session(fact, host, evidence)
      processes[place].isOpen = true
    }
    add(fact, evidence, place, finish)
  }

  /// `postscreen(8)` is one process for all clients.
  private mutating func takeOfClient(
    _ fact: Fact, _ host: NameID, _ process: UInt64, _ evidence: Evidence, _ finish: (Session) -> Void
  ) {
    guard wantsDetails else { return }
    let thread = Session.thread(of: fact)
    let key = process &* 31 ^ UInt64(bitPattern: thread)
    var known = ofClients.removeValue(forKey: key)
    if let earlier = known, fact.event == .connect {
      conclude(earlier, finish)
      known = nil
    }
    if ofClients.count >= Limits.rememberedClients { forgetClients(finish) }
    var session = known ?? self.session(fact, host, evidence)
    session.thread = thread
    if session.add(fact, evidence, lexicon) { conclude(session, finish) } else { ofClients[key] = session }
  }

  private mutating func forgetClients(_ finish: (Session) -> Void) {
    for session in ofClients.values { conclude(session, finish) }
    ofClients.removeAll()
  }

  private func session(_ fact: Fact, _ host: NameID, _ evidence: Evidence) -> Session {
    Session(fact, host: host, lexicon: lexicon, wantsDetails: wantsDetails, evidence: evidence)
  }

  private mutating func add(_ fact: Fact, _ evidence: Evidence, _ place: Int, _ finish: (Session) -> Void) {
    if processes[place].session.add(fact, evidence, lexicon) { end(place, finish) }
  }

  /// The session has ended, as far as its source tells.
  private mutating func end(_ place: Int, _ finish: (Session) -> Void) {
    let moment = processes[place].session.moment.seconds
    processes[place].ordinal = processes[place].second == moment ? processes[place].ordinal + 1 : 0
    processes[place].second = moment
    processes[place].session.thread = processes[place].ordinal
    processes[place].isOpen = false
    conclude(processes[place].session, finish)
  }

  private mutating func conclude(_ session: Session, _ finish: (Session) -> Void) {
    if waits { wait(session) } else { finish(session) }
  }

  private mutating func wait(_ session: Session) {
    let hash = session.identityHash
    if let place = known[hash], place >= released + waitingHead, waiting[place - released].session.isSame(session) {
      waiting[place - released].session.merge(session)
      return
    }
    known[hash] = released + waiting.count
    waiting.append((session.lastSeen ?? session.moment, session))
  }

  private mutating func release(before due: Timestamp, _ finish: (Session) -> Void) {
    while waitingHead < waiting.count
      && (waiting[waitingHead].time < due || waiting.count - waitingHead > Limits.waitingLines)
    {
      finish(waiting[waitingHead].session)
      waitingHead += 1
    }
    guard waitingHead > 4096 && waitingHead * 2 > waiting.count else { return }
    waiting.removeFirst(waitingHead)
    released += waitingHead
    waitingHead = 0
    known = known.filter { $0.value >= released }
  }

  /// Forgets processes without an open session and, where there are still too many, ends all sessions.
  private mutating func makeRoom(at time: Timestamp, _ finish: (Session) -> Void) {
    let idle = time.advanced(bySeconds: -Limits.idleProcessSeconds).seconds
    processes.removeAll { !$0.isOpen && $0.second < idle }
    if processes.count >= Limits.rememberedProcesses { forget(finish) }
    places.removeAll()
    for place in processes.indices { places.insert(place, hash: KeyedHash.fold(processes[place].key, KeyedHash.key)) }
    room = max(Limits.roomForProcesses, processes.count * 2)
  }

  mutating func renew(_ renewal: LexiconRenewal) {
    for place in processes.indices where processes[place].isOpen { processes[place].session.renew(renewal) }
    for key in ofClients.keys { ofClients[key]!.renew(renewal) }
    for place in waiting.indices.dropFirst(waitingHead) { waiting[place].session.renew(renewal) }
  }

  /// Ends all sessions of all processes, which are too many to be remembered.
  private mutating func forget(_ finish: (Session) -> Void) {
    for place in processes.indices where processes[place].isOpen { end(place, finish) }
    places.removeAll()
    processes.removeAll()
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    forget(finish)
    forgetClients(finish)
    for (_, session) in waiting[waitingHead...] { finish(session) }
    waiting.removeAll()
    known.removeAll()
    (waitingHead, released) = (0, 0)
  }
}
