package import Bytes
package import Facts

/// What one line says that is no part of a hop's own story: a refusal, a verdict, what a mailbox did, a warning.
///
/// Its identity is host, program, pid, whole second and text.
package final class LineFact {
  package let event: Event
  package var time: Timestamp
  package let host: NameID
  /// A word.
  package let program: NameID
  package let pid: Int64
  /// The hash of program and text, the same in every process.
  package let identity: Int64
  /// How often the very same line stood in one source.
  package var count: Int32
  package var evidence: Evidence

  package var queueID: [UInt8] = []
  package var messageID: [UInt8] = []
  package var client: NameID = 0
  package var sender: NameID?
  package var recipient: NameID?
  /// Another address, domain or list that the line names: where a script forwarded to, or a DNS list.
  package var target: [UInt8] = []
  package var helo: [UInt8] = []
  package var `protocol`: NameID = 0
  package var stage: NameID = 0
  package var action: NameID = 0
  package var engine: NameID = 0
  package var result: NameID = 0
  package var code: Int16 = 0
  package var enhancedCode: NameID = 0
  package var reply: [UInt8] = []
  package var reason: [UInt8] = []
  package var mailbox: [UInt8] = []
  package var user: NameID = 0
  package var mechanism: NameID = 0
  /// Points in millionths.
  package var score: Int64?
  package var required: Int64?
  package var size: Int64?
  /// Results and symbols as JSON arrays, empty where there are none.
  package var results: [UInt8] = []
  package var symbols: [UInt8] = []

  // How often the line was seen in the source it was last read from.
  var seenIn: Int32
  var seenCount: Int32

  package init(
    event: Event, time: Timestamp, host: NameID, program: NameID, pid: Int64, identity: Int64, count: Int32,
    evidence: Evidence
  ) {
    self.event = event
    self.time = time
    self.host = host
    self.program = program
    self.pid = pid
    self.identity = identity
    self.count = count
    self.evidence = evidence
    seenIn = evidence.source
    seenCount = count
  }

  /// Whether the resolution of messages needs it: what a mailbox did with mail, and rules that act before a queue id exists.
  package var bearsOnOutcome: Bool {
    switch event {
    case .mailbox: !messageID.isEmpty
    case .held, .discarded, .redirected: queueID.isEmpty
    default: false
    }
  }
}

extension LineFact {
  /// Takes what the line says from `fact`.
  package convenience init(_ fact: Fact, event: Event, lexicon: Lexicon, evidence: Evidence) {
    let program = KeyedHash.hash(fact.program, seed: LineFact.identitySeed)
    self.init(
      event: event, time: fact.time, host: lexicon.hosts.intern(fact.host),
      program: lexicon.words.intern(fact.program), pid: fact.pid,
      identity: Int64(bitPattern: KeyedHash.hash(fact.text, seed: program)),
      count: Int32(clamping: fact.count), evidence: evidence)
    func word(_ field: TextField) -> NameID { fact[field].map(lexicon.words.intern) ?? 0 }
    func text(_ field: TextField) -> [UInt8] { fact[field]?.array ?? [] }
    queueID = text(.queueID)
    messageID = text(.messageID)
    client = lexicon.client(of: fact)
    sender = fact[.sender].map(lexicon.addresses.intern)
    recipient = fact[.recipient].map(lexicon.addresses.intern)
    target = text(.relayName)
    helo = text(.helo)
    `protocol` = word(.protocol)
    stage = word(.stage)
    action = word(.action)
    engine = word(.engine)
    result = word(.result)
    code = Int16(clamping: fact[.code] ?? 0)
    enhancedCode = word(.enhancedCode)
    reply = text(.reply)
    reason = text(.reason)
    mailbox = text(.mailbox)
    user = word(.user)
    mechanism = word(.mechanism)
    score = fact[.score]
    required = fact[.required]
    size = fact[.size]
    if !fact.results.isEmpty || !fact.symbols.isEmpty { (results, symbols) = fact.arrays() }
  }

  /// The seed of identities; it must never change, since they are kept in stores.
  private static let identitySeed: UInt64 = 0x6D61_696C_666C_6F77
}
