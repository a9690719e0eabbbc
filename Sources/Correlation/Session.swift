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
struct OpenSessions {
  private var places: [UInt64: Int] = [:]
  private var open: [Session] = []
  private var free: [Int] = []

  /// Takes what `fact` says of a session; a session that it ends, or that must have ended before it, goes to `finish`.
  mutating func take(_ fact: Fact, host: NameID, lexicon: Lexicon, evidence: Evidence, finish: (Session) -> Void) {
    let key = UInt64(host) << 40 ^ UInt64(bitPattern: fact.pid)
    if let place = places[key] {
      guard fact.event != .connect else {
        if open[place].isSame(fact, evidence, lexicon) { return }
        finish(open[place])
        open[place] = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
        return
      }
      guard open[place].add(fact, lexicon) else { return }
      places[key] = nil
      free.append(place)
      finish(open[place])
      return
    }
    var session = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
    if session.add(fact, lexicon) {
      finish(session)
      return
    }
    let place = free.popLast() ?? open.count
    if place == open.count { open.append(session) } else { open[place] = session }
    places[key] = place
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    for place in places.values { finish(open[place]) }
    places.removeAll()
    open.removeAll()
    free.removeAll()
  }
}

extension Session {
  /// Whether a `connect` is that of this session, read from another source.
  fileprivate func isSame(_ fact: Fact, _ place: Evidence, _ lexicon: Lexicon) -> Bool {
    evidence.source != place.source && started?.seconds == fact.time.seconds && client == lexicon.client(of: fact)
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
