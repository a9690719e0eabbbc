package import Bytes
package import Facts

/// The texts of a line fact; absent ones are empty.
package enum LineText: Int, CaseIterable, Sendable {
  case queueID
  case messageID
  /// Another address, domain or list that the line names: where a script forwarded to, or a DNS list.
  case target
  case helo
  case reply
  case reason
  case mailbox
  /// Results and symbols as JSON arrays.
  case results
  case symbols
}

/// What one line says that is no part of a hop's own story: a refusal, a verdict, what a mailbox did, a warning.
///
/// Its identity is host, program, pid, whole second and text.
package final class LineFact {
  package private(set) var event: Event
  package var time: Timestamp
  package private(set) var host: NameID
  /// A word.
  package private(set) var program: NameID
  package private(set) var pid: Int64
  /// The hash of program and text, the same in every process.
  package private(set) var identity: Int64
  /// How often the very same line stood in one source.
  package var count: Int32
  package private(set) var evidence: Evidence

  package var client: NameID = 0
  package var sender: NameID?
  package var recipient: NameID?
  /// A hash of sender and recipient, for this process, where both are known and the line is a refusal; else 0.
  package var envelope: UInt64 = 0
  package var `protocol`: NameID = 0
  package var stage: NameID = 0
  package var action: NameID = 0
  package var engine: NameID = 0
  package var result: NameID = 0
  package var code: Int16 = 0
  package var enhancedCode: NameID = 0
  package var user: NameID = 0
  package var mechanism: NameID = 0
  /// Points in millionths.
  package var score: Int64?
  package var required: Int64?
  package var size: Int64?

  private var texts = TextBuffer()
  private var places = [TextPlace](repeating: .empty, count: LineText.allCases.count)

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

  /// Valid until another text is set.
  package subscript(_ text: LineText) -> Bytes {
    get { texts[places[text.rawValue]] }
    set { places[text.rawValue] = texts.append(newValue) }
  }

  /// Whether the resolution of messages needs it: what a mailbox or a quarantine did with mail, and rules that act before
  /// a queue id exists.
  ///
  /// - Parameter words: the table that has its words.
  package func bearsOnOutcome(_ words: NameTable) -> Bool {
    switch event {
    case .mailbox: !self[.messageID].isEmpty
    // With a queue id it is a fact of its hop.
    case .filter: self[.queueID].isEmpty && !self[.messageID].isEmpty && !self[.mailbox].isEmpty
    case .held, .discarded: self[.queueID].isEmpty
    // A rule that chooses the next hop changes nobody's fate.
    case .redirected: self[.queueID].isEmpty && words[action] != "filter"
    default: false
    }
  }
}

extension LineFact {
  /// One to be filled.
  convenience init() {
    self.init(
      event: .other, time: Timestamp(microseconds: 0), host: 0, program: 0, pid: 0, identity: 0, count: 1,
      evidence: Evidence(source: 0, line: 0, offset: 0))
  }

  /// Becomes what the line says that `fact` tells. What it needed memory for it keeps.
  func fill(_ fact: Fact, event: Event, lexicon: Lexicon, namesAddresses: Bool, evidence: Evidence) {
    self.event = event
    self.evidence = evidence
    (time, pid, count) = (fact.time, fact.pid, Int32(clamping: fact.count))
    (seenIn, seenCount) = (evidence.source, count)
    host = lexicon.hosts.intern(fact.host)
    program = lexicon.words.intern(fact.program)
    let origin = KeyedHash.hash(fact.program, seed: LineFact.identitySeed)
    identity = Int64(bitPattern: KeyedHash.hash(fact.text, seed: origin))
    client = lexicon.client(of: fact)
    sender = namesAddresses ? fact[.sender].map(lexicon.addresses.intern) : nil
    recipient = namesAddresses ? fact[.recipient].map(lexicon.addresses.intern) : nil
    envelope = 0
    if event == .reject, let sender = fact[.sender], let recipient = fact[.recipient] {
      envelope = LineFact.envelope(sender, recipient)
    }
    takeWords(fact, lexicon)
    code = Int16(clamping: fact[.code] ?? 0)
    score = fact[.score]
    required = fact[.required]
    size = fact[.size]
    takeTexts(fact)
  }

  /// The hash of two addresses, the same in one process.
  package static func envelope(_ sender: Bytes, _ recipient: Bytes) -> UInt64 {
    KeyedHash.hash(recipient, seed: KeyedHash.hash(sender, seed: KeyedHash.key)) | 1
  }

  func renew(_ renewal: LexiconRenewal) {
    renewal.renew(word: &program)
    renewal.renew(client: &client)
    if sender != nil { renewal.renew(address: &sender!) }
    if recipient != nil { renewal.renew(address: &recipient!) }
    renewal.renew(word: &`protocol`)
    renewal.renew(word: &stage)
    renewal.renew(word: &action)
    renewal.renew(word: &engine)
    renewal.renew(word: &result)
    renewal.renew(word: &enhancedCode)
    renewal.renew(word: &user)
    renewal.renew(word: &mechanism)
  }

  private func takeWords(_ fact: Fact, _ lexicon: Lexicon) {
    func word(_ field: TextField) -> NameID { fact[field].map(lexicon.words.intern) ?? 0 }
    `protocol` = word(.protocol)
    stage = word(.stage)
    action = word(.action)
    engine = word(.engine)
    result = word(.result)
    enhancedCode = word(.enhancedCode)
    user = word(.user)
    mechanism = word(.mechanism)
  }

  private func takeTexts(_ fact: Fact) {
    texts.removeAll()
    func take(_ text: LineText, _ field: TextField) { self[text] = fact[field] ?? .empty }
    take(.queueID, .queueID)
    take(.messageID, .messageID)
    take(.target, .relayName)
    take(.helo, .helo)
    take(.reply, .reply)
    take(.reason, .reason)
    take(.mailbox, .mailbox)
    fact.withResultsJSON { self[.results] = $0 }
    fact.withSymbolsJSON { self[.symbols] = $0 }
  }

  /// The seed of identities; it must never change, since they are kept in stores.
  static let identitySeed: UInt64 = 0x6D61_696C_666C_6F77
}
