package import Bytes
import Facts

/// One connection of a client to an SMTP server process, as its log lines tell.
package struct Session {
  package var host: NameID
  package var program: NameID
  package var pid: Int64
  package var client: NameID
  /// When the client connected; nil where that line is missing.
  package var started: Timestamp?
  package var ended: Timestamp?
  /// Words.
  package var tlsVersion: NameID = 0
  package var tlsCipher: NameID = 0
  package var tlsBits: Int64 = 0
  /// The stage at which the connection was lost or timed out, and which of both; words.
  package var lostStage: NameID = 0
  package var lostReason: NameID = 0
  package var commands: Int64 = -1
  package var refusedCommands: Int64 = -1
  package var messages: Int64 = -1
  /// The last moment that a line speaks of.
  package var lastSeen: Timestamp?
  package var evidence: Evidence
  /// How many sessions of its process began in the same second before it.
  package var ordinal: Int64 = 0

  /// Its part of the key that tells sessions of one process and second apart: odd where its beginning is missing.
  package var part: Int64 { ordinal * 2 + (started == nil ? 1 : 0) }

  package init(host: NameID, pid: Int64, program: NameID, client: NameID) {
    (self.host, self.pid, self.program, self.client) = (host, pid, program, client)
    evidence = Evidence(source: 0, line: 0, offset: 0)
  }

  init(_ fact: Fact, host: NameID, lexicon: Lexicon, wantsDetails: Bool, evidence: Evidence) {
    self.host = host
    program = lexicon.words.intern(fact.program)
    pid = fact.pid
    client = wantsDetails ? lexicon.client(of: fact) : 0
    lastSeen = fact.time
    started = fact.event == .connect ? fact.time : nil
    self.evidence = evidence
  }

  /// Whether both the beginning and the end were seen.
  package var isWhole: Bool { started != nil && ended != nil }
}

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
    let hash = KeyedHash.fold(key, KeyedHash.key)
    guard let place = places.first(hash, where: { processes[$0].key == key }) else {
      if processes.count >= Limits.rememberedProcesses { forget(finish) }
      places.insert(processes.count, hash: hash)
      processes.append(Process(key: key, session: session(fact, host, evidence), isOpen: true))
      add(fact, processes.count - 1, finish)
      return
    }
    if !processes[place].isOpen || fact.event == .connect {
      if processes[place].isOpen { end(place, finish) }
      processes[place].session = session(fact, host, evidence)
      processes[place].isOpen = true
    }
    add(fact, place, finish)
  }

  private func session(_ fact: Fact, _ host: NameID, _ evidence: Evidence) -> Session {
    Session(fact, host: host, lexicon: lexicon, wantsDetails: wantsDetails, evidence: evidence)
  }

  private mutating func add(_ fact: Fact, _ place: Int, _ finish: (Session) -> Void) {
    if processes[place].session.add(fact, lexicon) { end(place, finish) }
  }

  /// The session has ended, as far as its source tells.
  private mutating func end(_ place: Int, _ finish: (Session) -> Void) {
    let moment = processes[place].session.moment.seconds
    processes[place].ordinal = processes[place].second == moment ? processes[place].ordinal + 1 : 0
    processes[place].second = moment
    processes[place].session.ordinal = processes[place].ordinal
    processes[place].isOpen = false
    if waits { wait(processes[place].session) } else { finish(processes[place].session) }
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

  /// Ends all sessions of all processes, which are too many to be remembered.
  private mutating func forget(_ finish: (Session) -> Void) {
    for place in processes.indices where processes[place].isOpen { end(place, finish) }
    places.removeAll()
    processes.removeAll()
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    forget(finish)
    for (_, session) in waiting[waitingHead...] { finish(session) }
    waiting.removeAll()
    known.removeAll()
    (waitingHead, released) = (0, 0)
  }
}

extension Session {
  /// When it began, or the best that is known instead.
  fileprivate var moment: Timestamp { started ?? ended ?? lastSeen ?? Timestamp(microseconds: 0) }

  fileprivate var identityHash: UInt64 {
    let process = UInt64(host) << 48 ^ UInt64(bitPattern: pid) << 8 ^ UInt64(bitPattern: part)
    return process ^ UInt64(bitPattern: moment.seconds) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether both are the same session of the same process.
  fileprivate func isSame(_ other: Session) -> Bool {
    host == other.host && pid == other.pid && part == other.part && moment.seconds == other.moment.seconds
  }

  /// Takes over what the same session, told by another source, adds.
  fileprivate mutating func merge(_ other: Session) {
    if let time = other.started { started = started.map { $0.merged(with: time) } ?? time }
    if let time = other.ended { ended = ended.map { $0.merged(with: time) } ?? time }
    if tlsVersion == 0 { (tlsVersion, tlsCipher, tlsBits) = (other.tlsVersion, other.tlsCipher, other.tlsBits) }
    if lostReason == 0 { (lostStage, lostReason) = (other.lostStage, other.lostReason) }
    if commands < 0 { (commands, refusedCommands, messages) = (other.commands, other.refusedCommands, other.messages) }
  }

  /// Takes what a line says of the session; true if it ends with it.
  fileprivate mutating func add(_ fact: Fact, _ lexicon: Lexicon) -> Bool {
    lastSeen = max(lastSeen ?? fact.time, fact.time)
    switch fact.event {
    case .tls:
      tlsVersion = fact[.tlsVersion].map(lexicon.words.intern) ?? 0
      tlsCipher = fact[.tlsCipher].map(lexicon.words.intern) ?? 0
      tlsBits = fact[.tlsBits] ?? 0
    case .disconnect where fact[.reason] != nil:
      lostStage = fact[.stage].map(lexicon.words.intern) ?? 0
      lostReason = fact[.reason].map(lexicon.words.intern) ?? 0
    case .disconnect:
      ended = fact.time
      commands = fact[.commands] ?? -1
      refusedCommands = fact[.refusedCommands] ?? -1
      messages = fact[.messages] ?? -1
      return true
    default: break
    }
    return false
  }
}
