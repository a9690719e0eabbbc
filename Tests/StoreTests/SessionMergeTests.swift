import Bytes
import Correlation
import Testing

@testable import Store

@Suite("sessions that come in pieces")
struct SessionMergeTests {
  private let folder = StoreFolder()

  /// Keeps each list of sessions in a run of its own; gives beginnings and ends as the store then has them.
  private func stored(_ runs: [[(started: Int64?, ended: Int64?)]]) throws -> [[Int64?]] {
    let path = "\(folder.path)/store.sqlite"
    for run in runs {
      try Store.write(path) { (store) throws(StoreError) in
        let writer = try store.writer()
        for piece in run { writer.keep(session(piece.started, piece.ended, store.lexicon)) }
        try writer.finish(overlaps: run.count > 1 ? [0...10] : [])
      }
    }
    let row = try Store.open(path).database.prepare("SELECT started, ended FROM session ORDER BY second")
    var rows: [[Int64?]] = []
    while try row.step() { rows.append([row.optionalInteger(0), row.optionalInteger(1)]) }
    return rows
  }

  private func session(_ started: Int64?, _ ended: Int64?, _ lexicon: Lexicon) -> Session {
    var session = Session(
      host: lexicon.hosts.intern(Bytes("mx1")), pid: 7, program: lexicon.words.intern(Bytes("postfix/smtpd")),
      client: lexicon.client(name: .empty, address: Bytes("192.0.2.7")), thread: 1)
    session.started = started.map(Timestamp.init(microseconds:))
    session.ended = ended.map(Timestamp.init(microseconds:))
    session.sum(lexicon)
    return session
  }

  @Test("a beginning and an end from two runs become one session, whichever comes first", arguments: [true, false])
  func twoRuns(beginningFirst: Bool) throws {
    let pieces: [[(started: Int64?, ended: Int64?)]] = [[(1_000_001, nil)], [(nil, 9_000_001)]]
    #expect(try stored(beginningFirst ? pieces : pieces.reversed()) == [[1_000_001, 9_000_001]])
  }

  @Test("an end that is known already adds its finer stamp and no session")
  func knownEnd() throws {
    #expect(try stored([[(1_000_000, 9_000_000)], [(nil, 9_000_001)]]) == [[1_000_000, 9_000_001]])
    #expect(try stored([[(1_000_001, nil)]]) == [[1_000_001, 9_000_001]])
  }

  @Test("an end goes to the latest beginning of its process")
  func latestBeginning() throws {
    #expect(
      try stored([[(1_000_001, nil), (5_000_001, nil)], [(nil, 9_000_001)]])
        == [[1_000_001, nil], [5_000_001, 9_000_001]])
  }

  @Test("an end without a beginning stays as it is")
  func loneEnd() throws { #expect(try stored([[(nil, 9_000_001)]]) == [[nil, 9_000_001]]) }

  @Test("a store of the version before keeps its sessions, and takes others")
  func olderStore() throws {
    let path = "\(folder.path)/store.sqlite"
    let old = try Database(path: path, access: .create)
    try old.execute(Schema.migrations[0])
    try old.execute(
      """
      PRAGMA application_id = \(Schema.applicationID);
      PRAGMA user_version = 1;
      INSERT INTO host VALUES (1, 'mx1');
      INSERT INTO word VALUES (1, 'postfix/smtpd');
      INSERT INTO session (second, host, pid, part, program, started) VALUES (1, 1, 7, 0, 1, 1000001);
      INSERT INTO session (second, host, pid, part, program, ended) VALUES (9, 1, 7, 1, 1, 9000001);
      """)
    #expect(
      try stored([[(20_000_001, nil)], [(nil, 29_000_001)]])
        == [[1_000_001, nil], [nil, 9_000_001], [20_000_001, 29_000_001]])
  }
}
