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
  /// The source that told of the end.
  fileprivate var endedIn: Int32 = -1

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

/// Sessions that are being assembled, by process: a process serves one client at a time.
///
/// One that has ended waits a little, since another source may tell the same lines.
struct OpenSessions {
  private var places: [UInt64: Int] = [:]
  private var open: [Session] = []
  private var free: [Int] = []
  private var ended: [(time: Timestamp, key: UInt64, place: Int)] = []
  private var endedHead = 0

  /// Takes what `fact` says of a session; those that have ended, or must have ended before it, go to `finish`.
  mutating func take(_ fact: Fact, host: NameID, lexicon: Lexicon, evidence: Evidence, finish: (Session) -> Void) {
    release(before: fact.time.advanced(bySeconds: -Limits.lingerSeconds), finish)
    let key = UInt64(host) << 40 ^ UInt64(bitPattern: fact.pid)
    if let place = places[key] {
      if open[place].repeats(fact, lexicon) { return }
      if fact.event == .connect || open[place].ended != nil {
        finish(open[place])
        open[place] = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
      }
      add(fact, key, place, lexicon)
      return
    }
    let place = free.popLast() ?? open.count
    let session = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
    if place == open.count { open.append(session) } else { open[place] = session }
    places[key] = place
    add(fact, key, place, lexicon)
  }

  private mutating func add(_ fact: Fact, _ key: UInt64, _ place: Int, _ lexicon: Lexicon) {
    if open[place].add(fact, lexicon) { ended.append((fact.time, key, place)) }
  }

  private mutating func release(before due: Timestamp, _ finish: (Session) -> Void) {
    while endedHead < ended.count && (ended[endedHead].time < due || ended.count - endedHead > Limits.waitingLines) {
      let (time, key, place) = ended[endedHead]
      endedHead += 1
      guard places[key] == place, open[place].ended?.seconds == time.seconds else { continue }
      finish(open[place])
      places[key] = nil
      free.append(place)
    }
    if endedHead > 1024 && endedHead * 2 > ended.count {
      ended.removeFirst(endedHead)
      endedHead = 0
    }
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    for place in places.values { finish(open[place]) }
    places.removeAll()
    open.removeAll()
    free.removeAll()
    ended.removeAll()
    endedHead = 0
  }
}

extension Session {
  /// Whether a line is one of this session's, read from another source; then the finer stamp is kept.
  fileprivate mutating func repeats(_ fact: Fact, _ lexicon: Lexicon) -> Bool {
    switch fact.event {
    case .connect:
      guard fact.source != evidence.source, let known = started, known.seconds == fact.time.seconds,
        client == lexicon.client(of: fact)
      else { return false }
      started = known.merged(with: fact.time)
    case .disconnect where fact[.reason] == nil:
      guard fact.source != endedIn, let known = ended, known.seconds == fact.time.seconds else { return false }
      ended = known.merged(with: fact.time)
    default: return fact.source != endedIn && ended.map { fact.time.seconds <= $0.seconds } ?? false
    }
    return true
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
      endedIn = fact.source
      commands = fact[.commands] ?? -1
      refusedCommands = fact[.refusedCommands] ?? -1
      messages = fact[.messages] ?? -1
      return true
    default: break
    }
    return false
  }
}
