package import Bytes
package import Correlation
import Facts

// Reading by key and by time: what analyses ask a store for.
extension Store {
  /// Gives `keeper` all messages that have a line between `since` and `until`, and the refusals, verdicts and sessions of that
  /// time, with all that sums need: so no links, evidence and Message-IDs, nor clients of sessions.
  ///
  /// Messages come with all their hops, in no order.
  package func replay(since: Timestamp, until: Timestamp, to keeper: any Keeper) throws(StoreError) {
    try database.snapshot { () throws(StoreError) in
      // Whether a client or a relay is one of the hosts can be told when all of them are known.
      let hosts = try database.prepare("SELECT id FROM host")
      while try hosts.step() { _ = try dictionaries.hosts.name(ofRow: hosts.integer(0)) }
      let reader = try HopReader(database, dictionaries: dictionaries)
      let roots = try messageRows(since: since, until: until)
      try reader.forEach(roots) { (message) throws(StoreError) in
        keeper.keep(message: message)
        try renewNames(of: keeper)
      }
      try replayLines(since: since, until: until, to: keeper)
    }
  }

  /// Between two messages or lines, of which nobody holds any: forgets names where there are too many.
  private func renewNames(of keeper: any Keeper) throws(StoreError) {
    guard lexicon.isFull else { return }
    let renewal = lexicon.renew()
    try dictionaries.renew(renewal)
    keeper.renew(renewal)
  }

  /// The first hops of messages with a line in a period, some of them more than once.
  private func messageRows(since: Timestamp, until: Timestamp) throws(StoreError) -> [Int64] {
    // No hop is longer than the longest, so those that began before the period by more than that cannot reach into it.
    let longest = try database.integer("SELECT longest_hop FROM bounds") ?? 0
    let row = try database.prepare(
      "SELECT message FROM hop WHERE first >= ?1 - ?3 AND first < ?2 AND last >= ?1")
    row.bind(1, since.microseconds)
    row.bind(2, until.microseconds)
    row.bind(3, longest)
    return try row.integers()
  }

  private func replayLines(since: Timestamp, until: Timestamp, to keeper: any Keeper) throws(StoreError) {
    let lines = LineFactReader(dictionaries: dictionaries)
    let (from, to) = (since.seconds, until.seconds)
    let rejections = try database.prepare(
      "SELECT \(LineFactReader.rejectionColumns) FROM rejection WHERE second >= ? AND second < ?")
    rejections.bind(1, from)
    rejections.bind(2, to)
    while try rejections.step() {
      let line = try lines.rejection(rejections, namesAddresses: keeper.wantsRefusedAddresses)
      if keeper.wantsEnvelope(of: line) { line.envelope = try lines.envelope(rejections) }
      keeper.keep(line)
      try renewNames(of: keeper)
    }
    let counted: [Event] = [.held, .discarded, .auth, .warning, .error, .lifecycle]
    let verdicts = try database.prepare(
      """
      SELECT \(LineFactReader.verdictColumns) FROM verdict WHERE second >= ? AND second < ?
        AND event IN (\(counted.map { String($0.rawValue) }.joined(separator: ", ")))
      """)
    verdicts.bind(1, from)
    verdicts.bind(2, to)
    while try verdicts.step() {
      keeper.keep(try lines.verdict(verdicts))
      try renewNames(of: keeper)
    }
    let sessions = try database.prepare(
      """
      SELECT host, program, started, coalesce(lost_time, ended, started) * (lost_reason IS NOT NULL) FROM session
      WHERE second >= ? - (SELECT longest_session FROM bounds) AND second < ?
        AND (started IS NOT NULL OR lost_reason IS NOT NULL)
      """)
    sessions.bind(1, from)
    sessions.bind(2, to)
    while try sessions.step() {
      var session = Session(
        host: try dictionaries.hosts.name(ofRow: sessions.integer(0)), pid: 0,
        program: try dictionaries.words.name(ofRow: sessions.integer(1)), client: 0)
      session.started = sessions.optionalInteger(2).map(Timestamp.init(microseconds:))
      let lost = sessions.integer(3)
      if lost != 0 { session.lostTime = Timestamp(microseconds: lost) }
      keeper.keep(session)
    }
  }

  /// The number of messages, as fast as an index can tell it.
  package func messageCount() throws(StoreError) -> Int64 {
    try database.integer("SELECT count(*) FROM hop WHERE message = id") ?? 0
  }

  /// The time of the first and the last line of any hop, refusal or verdict; nil for an empty store.
  package func span() throws(StoreError) -> (first: Timestamp, last: Timestamp)? {
    // Each end by itself is a look at the end of a key; both at once would read the whole table.
    let ends = ["rejection", "verdict", "session"].map {
      "UNION ALL SELECT (SELECT min(second) FROM \($0)) * 1000000, (SELECT max(second) FROM \($0)) * 1000000"
    }
    let row = try database.prepare(
      "SELECT min(a), max(b) FROM (SELECT (SELECT min(first) FROM hop) AS a, (SELECT max(last) FROM hop) AS b "
        + ends.joined(separator: " ") + ")")
    guard try row.step(), !row.isNull(0) else { return nil }
    return (Timestamp(microseconds: row.integer(0)), Timestamp(microseconds: row.integer(1)))
  }
}
