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
    self.evidence = evidence
  }

  /// Whether both the beginning and the end were seen.
  package var isWhole: Bool { started != nil && ended != nil }
}

/// Sessions that are being assembled, by process: a process serves one client at a time.
struct OpenSessions {
  private var open: [Key: Session] = [:]

  private struct Key: Hashable {
    var host: NameID
    var pid: Int64
  }

  /// Takes what `fact` says of a session; a session that it ends, or that must have ended before it, goes to `finish`.
  mutating func take(_ fact: Fact, host: NameID, lexicon: Lexicon, evidence: Evidence, finish: (Session) -> Void) {
    let key = Key(host: host, pid: fact.pid)
    if fact.event == .connect {
      if let old = open.removeValue(forKey: key) { finish(old) }
      var session = Session(fact, host: host, lexicon: lexicon, evidence: evidence)
      session.started = fact.time
      open[key] = session
      return
    }
    var session = open[key] ?? Session(fact, host: host, lexicon: lexicon, evidence: evidence)
    session.lastSeen = max(session.lastSeen ?? fact.time, fact.time)
    switch fact.event {
    case .tls:
      session.tlsVersion = fact[.tlsVersion].map(lexicon.words.intern) ?? 0
      session.tlsCipher = fact[.tlsCipher].map(lexicon.words.intern) ?? 0
      session.tlsBits = fact[.tlsBits] ?? 0
    case .disconnect where fact[.reason] != nil:
      session.lostStage = fact[.stage].map(lexicon.words.intern) ?? 0
      session.lostReason = fact[.reason].map(lexicon.words.intern) ?? 0
    case .disconnect:
      session.ended = fact.time
      session.commands = fact[.commands] ?? -1
      session.refusedCommands = fact[.refusedCommands] ?? -1
      session.messages = fact[.messages] ?? -1
      open.removeValue(forKey: key)
      finish(session)
      return
    default: break
    }
    open[key] = session
  }

  /// Ends all sessions, as far as they were seen.
  mutating func finishAll(_ finish: (Session) -> Void) {
    for session in open.values { finish(session) }
    open.removeAll()
  }
}
