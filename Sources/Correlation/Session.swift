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
  /// Its first line or, where that is seen, the one that tells of TLS.
  package var evidence: Evidence
  /// What tells it from other sessions of its process: how many began in the same second before it or, in a process that serves
  /// many clients at once, a number made of the client's address and port.
  package var thread: Int64 = 0

  /// Its part of the key that tells sessions of one process and second apart: odd where its beginning is missing.
  package var part: Int64 { thread * 2 + (started == nil ? 1 : 0) }

  /// Parts from this one on tell sessions apart by their clients.
  package static let firstPartOfClients: Int64 = 1 << 41

  /// Whether `postscreen(8)` hands the connection over to `smtpd(8)`, and says no more of it. Behind `PASS NEW` it may go on.
  static func isHandOver(_ fact: Fact) -> Bool {
    guard let reason = fact[.reason] else { return false }
    return reason == "PASS OLD" || reason == "ALLOWLISTED" || reason == "WHITELISTED"
  }

  /// The thread of a fact of a process that serves many clients at once.
  static func thread(of fact: Fact) -> Int64 {
    let port = UInt64(bitPattern: fact[.clientPort] ?? 0)
    let hash = KeyedHash.hash(fact[.clientAddress] ?? .empty, seed: LineFact.identitySeed ^ port)
    return Session.firstPartOfClients / 2 | Int64(hash >> 24)
  }

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

extension Session {
  /// When it began, or the best that is known instead.
  var moment: Timestamp { started ?? ended ?? lastSeen ?? Timestamp(microseconds: 0) }

  var identityHash: UInt64 {
    let process = UInt64(host) << 48 ^ UInt64(bitPattern: pid) << 8 ^ UInt64(bitPattern: part)
    return process ^ UInt64(bitPattern: moment.seconds) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether both are the same session of the same process.
  func isSame(_ other: Session) -> Bool {
    host == other.host && pid == other.pid && part == other.part && moment.seconds == other.moment.seconds
  }

  /// Takes over what the same session, told by another source, adds.
  mutating func merge(_ other: Session) {
    if let time = other.started { started = started.map { $0.merged(with: time) } ?? time }
    if let time = other.ended { ended = ended.map { $0.merged(with: time) } ?? time }
    if tlsVersion == 0 && other.tlsVersion != 0 {
      (tlsVersion, tlsCipher, tlsBits, evidence) = (other.tlsVersion, other.tlsCipher, other.tlsBits, other.evidence)
    }
    if lostReason == 0 { (lostStage, lostReason) = (other.lostStage, other.lostReason) }
    if commands < 0 { (commands, refusedCommands, messages) = (other.commands, other.refusedCommands, other.messages) }
  }

  mutating func renew(_ renewal: LexiconRenewal) {
    renewal.renew(word: &program)
    renewal.renew(client: &client)
    renewal.renew(word: &tlsVersion)
    renewal.renew(word: &tlsCipher)
    renewal.renew(word: &lostStage)
    renewal.renew(word: &lostReason)
  }

  /// Takes what a line says of the session; true if it ends with it.
  mutating func add(_ fact: Fact, _ evidence: Evidence, _ lexicon: Lexicon) -> Bool {
    lastSeen = max(lastSeen ?? fact.time, fact.time)
    switch fact.event {
    case .tls:
      tlsVersion = fact[.tlsVersion].map(lexicon.words.intern) ?? 0
      tlsCipher = fact[.tlsCipher].map(lexicon.words.intern) ?? 0
      tlsBits = fact[.tlsBits] ?? 0
      self.evidence = evidence
    case .disconnect where fact[.reason] != nil:
      lostStage = fact[.stage].map(lexicon.words.intern) ?? 0
      lostReason = fact[.reason].map(lexicon.words.intern) ?? 0
    case .disconnect:
      ended = fact.time
      commands = fact[.commands] ?? -1
      refusedCommands = fact[.refusedCommands] ?? -1
      messages = fact[.messages] ?? -1
      return true
    case .other:  // A hand-over: nothing else of that kind is about a session.
      ended = fact.time
      return true
    default: break
    }
    return false
  }
}
