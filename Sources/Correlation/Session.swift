package import Bytes
import Facts

/// One connection of a client to an SMTP server process, as its log lines tell: the chain of at most one line of each kind.
package struct Session {
  package var host: NameID
  package var program: NameID
  package var pid: Int64
  package var client: NameID
  /// When the client connected; nil where that line is missing.
  package var started: Timestamp?
  package var ended: Timestamp?
  /// When TLS began, and words.
  package var tlsTime: Timestamp?
  package var tlsVersion: NameID = 0
  package var tlsCipher: NameID = 0
  package var tlsBits: Int64 = 0
  /// When the connection was lost or timed out, at which stage, and which of both; the latter are words.
  package var lostTime: Timestamp?
  package var lostStage: NameID = 0
  package var lostReason: NameID = 0
  package var commands: Int64 = -1
  package var refusedCommands: Int64 = -1
  package var messages: Int64 = -1
  /// Its first line or, where that is seen, the one that tells of TLS.
  package var evidence: Evidence
  /// A number made of the client's address and port: one process serves a client in one thread, one session after the other.
  package var thread: UInt64 = 0
  /// For each kind of line how many equal ones came before it in its second, in 16 bits each.
  package var ordinals: UInt64 = 0
  /// A sum over its lines that is the same wherever they are read.
  package private(set) var content: UInt64 = 0
  /// Lines of its thread did not come in their order, so that others may belong to it than those it has.
  package var isDoubtful = false
  /// Another source has told of its beginning, or of its loss.
  package var isRepeated = false
  package var isLossRepeated = false

  package init(host: NameID, pid: Int64, program: NameID, client: NameID, thread: UInt64 = 0) {
    (self.host, self.pid, self.program, self.client, self.thread) = (host, pid, program, client, thread)
    evidence = Evidence(source: 0, line: 0, offset: 0)
  }
}

// MARK: - Keys

extension Session {
  /// Its part of the key that tells sessions of one process and second apart: thread, content, and whether its beginning is
  /// missing. Equal keys are equal lines.
  package var part: Int64 {
    Int64(bitPattern: thread << 17 | (content & 0xFFFF) << 1 | (started == nil ? 1 : 0))
  }

  /// How far a part is shifted to give the part of the thread in it.
  package static let threadShift = 17
  /// The bits of a thread that a part holds: as many as keep the part within six bytes of a row.
  private static let threadMask: UInt64 = 1 << 30 - 1

  /// Its beginning or, where that is missing, the first moment that another line speaks of.
  package var moment: Timestamp {
    if let started { return started }
    var first = ended
    for time in [tlsTime, lostTime] { if let time { first = min(first ?? time, time) } }
    return first ?? Timestamp(microseconds: 0)
  }

  /// The last moment that a line speaks of.
  package var lastMoment: Timestamp {
    var last = ended ?? started ?? Timestamp(microseconds: .min)
    if let started, last < started { last = started }
    if let tlsTime, last < tlsTime { last = tlsTime }
    if let lostTime, last < lostTime { last = lostTime }
    return last
  }

  /// Whether both the beginning and the end were seen.
  package var isWhole: Bool { started != nil && ended != nil }

  /// The thread of a line; 0 is none.
  static func thread(of fact: Fact) -> UInt64 {
    let port = UInt64(bitPattern: fact[.clientPort] ?? 0)
    let client = fact[.clientAddress] ?? fact[.clientName] ?? .empty
    return max(1, threadMask & KeyedHash.hash(client, seed: LineFact.identitySeed ^ port))
  }

  /// Whether `postscreen(8)` hands the connection over to `smtpd(8)`, and says no more of it. Behind `PASS NEW` it may go on.
  static func isHandOver(_ fact: Fact) -> Bool {
    guard let reason = fact[.reason] else { return false }
    return reason == "PASS OLD" || reason == "ALLOWLISTED" || reason == "WHITELISTED"
  }

  mutating func renew(_ renewal: LexiconRenewal) {
    renewal.renew(word: &program)
    renewal.renew(client: &client)
    renewal.renew(word: &tlsVersion)
    renewal.renew(word: &tlsCipher)
    renewal.renew(word: &lostStage)
    renewal.renew(word: &lostReason)
  }
}

// MARK: - Lines

extension Session {
  /// What a line tells of a session.
  package enum Kind: Int {
    case connect, tls, loss, end

    init(_ fact: borrowing Fact) {
      switch fact.event {
      case .connect: self = .connect
      case .tls: self = .tls
      case .disconnect where fact[.reason] != nil: self = .loss
      default: self = .end  // A hand-over, too: nothing else of that kind is about a session.
      }
    }

    var bit: UInt8 { 1 << UInt8(rawValue) }
  }

  /// A hash of what a line says in its second, the same in every process.
  struct Mark: Hashable {
    let value: UInt64

    init(
      _ kind: Kind, _ time: Timestamp, thread: UInt64, _ first: Bytes, _ second: Bytes, _ a: Int64, _ b: Int64,
      _ c: Int64
    ) {
      var hash = KeyedHash.fold(
        thread ^ UInt64(kind.rawValue), UInt64(bitPattern: time.seconds) &* 0x9E37_79B9_7F4A_7C15 | 1)
      if kind == .tls || kind == .loss { hash = KeyedHash.hash(second, seed: KeyedHash.hash(first, seed: hash)) }
      let numbers = UInt64(bitPattern: a &+ b &* 0x1_0001 &+ c &* 0x1_0000_0001)
      value = KeyedHash.fold(hash ^ numbers, 0xD6E8_FEB8_6659_FD93)
    }

    init(_ fact: borrowing Fact, _ kind: Kind, thread: UInt64) {
      switch kind {
      case .connect: self.init(kind, fact.time, thread: thread, .empty, .empty, 0, 0, 0)
      case .tls:
        self.init(
          kind, fact.time, thread: thread, fact[.tlsVersion] ?? .empty, fact[.tlsCipher] ?? .empty, fact[.tlsBits] ?? 0,
          0, 0)
      case .loss:
        self.init(kind, fact.time, thread: thread, fact[.stage] ?? .empty, fact[.reason] ?? .empty, 0, 0, 0)
      case .end:
        self.init(
          kind, fact.time, thread: thread, .empty, .empty, fact[.commands] ?? -1, fact[.refusedCommands] ?? -1,
          fact[.messages] ?? -1)
      }
    }

    /// What the line adds to the content of a session.
    func content(ordinal: Int) -> UInt64 { KeyedHash.fold(value, UInt64(ordinal) &* 2 | 1 &+ 0x2545_F491_4F6C_DD1C) }
  }

  /// Whether a line of that kind may go on with the session, as far as it is known.
  func takes(_ kind: Kind, at time: Timestamp) -> Bool {
    switch kind {
    case .connect: return false
    case .tls: guard tlsTime == nil else { return false }
    case .loss: guard lostTime == nil else { return false }
    case .end: guard ended == nil else { return false }
    }
    if let started, time < started { return false }
    return time.seconds - moment.seconds <= Limits.longestSession
  }

  /// Takes what a line says of the session.
  mutating func add(
    _ fact: Fact, _ kind: Kind, _ mark: Mark, ordinal: Int, isFirst: Bool, _ evidence: Evidence, _ lexicon: Lexicon
  ) {
    note(kind, at: fact.time, mark, ordinal: ordinal)
    if isFirst || kind == .tls { self.evidence = evidence }
    switch kind {
    case .connect: break
    case .tls:
      tlsVersion = fact[.tlsVersion].map(lexicon.words.intern) ?? 0
      tlsCipher = fact[.tlsCipher].map(lexicon.words.intern) ?? 0
      tlsBits = fact[.tlsBits] ?? 0
    case .loss:
      lostStage = fact[.stage].map(lexicon.words.intern) ?? 0
      lostReason = fact[.reason].map(lexicon.words.intern) ?? 0
    case .end:
      commands = fact[.commands] ?? -1
      refusedCommands = fact[.refusedCommands] ?? -1
      messages = fact[.messages] ?? -1
    }
  }

  private mutating func note(_ kind: Kind, at time: Timestamp, _ mark: Mark, ordinal: Int) {
    content &+= mark.content(ordinal: ordinal)
    if ordinal > 0 { ordinals |= UInt64(min(ordinal, 0xFFFF)) << (UInt64(kind.rawValue) * 16) }
    switch kind {
    case .connect: started = time
    case .tls: tlsTime = time
    case .loss: lostTime = time
    case .end: ended = time
    }
  }

  /// A line of a session that is taken apart.
  struct Line {
    let kind: Kind
    var time: Timestamp
    let mark: Mark
    let ordinal: Int
    var evidence: Evidence?
    /// The session it was in.
    let session: Session
  }

  /// The lines that it was made of.
  func lines(_ lexicon: Lexicon) -> [Line] {
    var lines: [Line] = []
    func add(_ kind: Kind, _ time: Timestamp?, _ first: NameID, _ second: NameID, _ a: Int64, _ b: Int64, _ c: Int64) {
      guard let time else { return }
      let words = lexicon.words
      let mark = Mark(
        kind, time, thread: thread, first == 0 ? .empty : words[first], second == 0 ? .empty : words[second], a, b, c)
      lines.append(
        Line(
          kind: kind, time: time, mark: mark, ordinal: Int(ordinals >> (UInt64(kind.rawValue) * 16) & 0xFFFF),
          evidence: lines.isEmpty || kind == .tls ? evidence : nil, session: self))
    }
    add(.connect, started, 0, 0, 0, 0, 0)
    add(.tls, tlsTime, tlsVersion, tlsCipher, tlsBits, 0, 0)
    add(.loss, lostTime, lostStage, lostReason, 0, 0, 0)
    add(.end, ended, 0, 0, commands, refusedCommands, messages)
    if tlsTime != nil && lines[0].kind != .tls { lines[0].evidence = nil }
    return lines
  }

  /// What a line that begins a session, or tells of its loss, adds to their numbers.
  init(counting kind: Kind, _ fact: borrowing Fact, host: NameID, _ lexicon: borrowing Lexicon) {
    self.init(host: host, pid: fact.pid, program: lexicon.words.intern(fact.program), client: 0)
    if kind == .connect { started = fact.time } else { lostTime = fact.time }
  }

  /// A session of which `line` is the first that is known.
  init(beginningWith line: Line) {
    let known = line.session
    self.init(host: known.host, pid: known.pid, program: known.program, client: known.client, thread: known.thread)
    add(line, isFirst: true)
  }

  /// Takes a line of another session.
  mutating func add(_ line: Line, isFirst: Bool = false) {
    note(line.kind, at: line.time, line.mark, ordinal: line.ordinal)
    if isFirst || line.kind == .tls || evidence.line == 0 { evidence = line.evidence ?? evidence }
    let known = line.session
    switch line.kind {
    case .connect: break
    case .tls: (tlsVersion, tlsCipher, tlsBits) = (known.tlsVersion, known.tlsCipher, known.tlsBits)
    case .loss: (lostStage, lostReason) = (known.lostStage, known.lostReason)
    case .end: (commands, refusedCommands, messages) = (known.commands, known.refusedCommands, known.messages)
    }
  }

  /// Sets the content of a session that was read from a row.
  package mutating func sum(_ lexicon: Lexicon) {
    content = lines(lexicon).reduce(0) { $0 &+ $1.mark.content(ordinal: $1.ordinal) }
  }
}
