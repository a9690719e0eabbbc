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

  init(_ fact: Fact, host: NameID, lexicon: Lexicon, evidence: Evidence) {
    self.host = host
    program = lexicon.words.intern(fact.program)
    pid = fact.pid
    client = lexicon.client(of: fact)
    lastSeen = fact.time
    started = fact.event == .connect ? fact.time : nil
    self.evidence = evidence
  }

  /// Whether both the beginning and the end were seen.
  package var isWhole: Bool { started != nil && ended != nil }
}

/// Sessions that are being assembled, by process and source: a process serves one client at a time.
///
/// One that has ended waits a little, since another source may tell the same lines.
struct OpenSessions {
  private struct Process: Hashable {
    var host: NameID
    var source: Int32
    var pid: Int64
  }

  /// What tells a session from others of its process.
  private struct Identity: Hashable {
    var host: NameID
    var pid: Int64
    var second: Int64
    var part: Int64
  }

  private var places: [Process: Int] = [:]
  private var open: [Session] = []
  private var free: [Int] = []
  /// The second in which a process last began or, where that is unknown, ended a session, and how many it had in it.
  private var latest: [Process: (second: Int64, ordinal: Int64)] = [:]
  private var waiting: [(time: Timestamp, session: Session)] = []
  private var waitingHead = 0
  private var known: [Identity: Int] = [:]
  /// Sessions that left `waiting` at its front, so that places in `known` stay right.
  private var released = 0

  /// Takes what `fact` says of a session; those that ended long enough ago go to `finish`.
  mutating func take(_ fact: Fact, host: NameID, lexicon: Lexicon, evidence: Evidence, finish: (Session) -> Void) {
    release(before: fact.time.advanced(bySeconds: -Limits.lingerSeconds), finish)
    let process = Process(host: host, source: evidence.source, pid: fact.pid)
    if let place = places[process] {
      if fact.event == .connect {
        wait(open[place], process)
        open[place] = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
      } else if open[place].add(fact, lexicon) {
        wait(open[place], process)
        places[process] = nil
        free.append(place)
      }
      return
    }
    var session = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
    if session.add(fact, lexicon) {
      wait(session, process)
      return
    }
    let place = free.popLast() ?? open.count
    if place == open.count { open.append(session) } else { open[place] = session }
    places[process] = place
  }

  /// Puts a session that has ended, as far as this source tells, to those that other sources may tell, too.
  private mutating func wait(_ session: Session, _ process: Process) {
    var session = session
    let moment = session.started ?? session.ended ?? session.lastSeen ?? Timestamp(microseconds: 0)
    let before = latest[process]
    session.ordinal = before?.second == moment.seconds ? before!.ordinal + 1 : 0
    if latest.count > Limits.rememberedProcesses { latest.removeAll() }
    latest[process] = (moment.seconds, session.ordinal)
    let identity = Identity(host: session.host, pid: session.pid, second: moment.seconds, part: session.part)
    if let place = known[identity], place >= released + waitingHead, place - released < waiting.count {
      waiting[place - released].session.merge(session)
      return
    }
    known[identity] = released + waiting.count
    waiting.append((session.lastSeen ?? moment, session))
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

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    for (process, place) in places { wait(open[place], process) }
    for (_, session) in waiting[waitingHead...] { finish(session) }
    self = OpenSessions()
  }
}

extension Session {
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
