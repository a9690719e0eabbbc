/// Sessions whose lines came in pieces: the beginning in one file, the end in another.
enum SessionMerge {
  private static func finer(_ column: String) -> String {
    """
    \(column) = CASE WHEN \(column) IS NULL OR \(column) % 1000000 = 0 THEN ifnull(excluded.\(column), \(column))
      WHEN excluded.\(column) IS NULL OR excluded.\(column) % 1000000 = 0 THEN \(column)
      ELSE min(\(column), excluded.\(column)) END
    """
  }

  private static let registers = [
    "tls_version", "tls_cipher", "tls_bits", "lost_stage", "lost_reason", "commands", "refused_commands", "messages",
    "client",
  ]

  /// Two rows of the same session: what one does not know the other may.
  static let conflict =
    "ON CONFLICT DO UPDATE SET " + finer("started") + ", " + finer("ended") + ", "
    + registers.map { "\($0) = ifnull(\($0), excluded.\($0))" }.joined(separator: ", ")

  /// A session of which one end is missing.
  private struct Piece {
    var second: Int64
    var host: Int64
    var pid: Int64
    var part: Int64

    var isEnd: Bool { part % 2 == 1 }
  }

  /// Gives beginnings without an end the end that the same process wrote next, and drops what a whole session says already.
  ///
  /// - Parameters:
  ///   - sources: how many sources this run has read.
  ///   - isLater: the store had sessions before.
  static func join(_ database: Database, sources: Int, isLater: Bool) throws(StoreError) {
    let pieces = try pieces(database)
    guard pieces.contains(where: \.isEnd) else { return }
    // What another source has whole may stand here as a mere end; the sources of this run have no rows yet.
    let hasSeveralSources = isLater || sources > 1
    let merge = try database.prepare(mergeSQL)
    let drop = try database.prepare("DELETE FROM session WHERE second = ? AND host = ? AND pid = ? AND part = ?")
    let refine = try database.prepare(refineSQL)
    var beginning: Piece?
    for piece in pieces {
      guard piece.isEnd else {
        beginning = piece
        continue
      }
      if let start = beginning, start.host == piece.host, start.pid == piece.pid, piece.second - start.second <= 86400 {
        bind(merge, piece, and: start)
        try merge.run()
        beginning = nil
      } else {
        guard hasSeveralSources else { continue }
        bind(refine, piece)
        let isKnown = try refine.step()
        refine.reset()
        guard isKnown else { continue }
      }
      bind(drop, piece)
      try drop.run()
    }
  }

  /// By host, process and time; of one second beginnings come first.
  private static func pieces(_ database: Database) throws(StoreError) -> [Piece] {
    let row = try database.prepare(
      """
      SELECT second, host, pid, part FROM session WHERE started IS NULL OR ended IS NULL ORDER BY host, pid, second, part
      """)
    var pieces: [Piece] = []
    while try row.step() {
      pieces.append(Piece(second: row.integer(0), host: row.integer(1), pid: row.integer(2), part: row.integer(3)))
    }
    return pieces
  }

  private static func bind(_ statement: Statement, _ piece: Piece, and start: Piece? = nil) {
    statement.bind(1, piece.second)
    statement.bind(2, piece.host)
    statement.bind(3, piece.pid)
    statement.bind(4, piece.part)
    guard let start else { return }
    statement.bind(5, start.second)
    statement.bind(6, start.part)
  }

  /// A whole session that ended in the same second takes the finer stamp of both.
  private static let refineSQL = """
    UPDATE session AS a SET ended =
      (SELECT CASE WHEN a.ended % 1000000 = 0 THEN b.ended WHEN b.ended % 1000000 = 0 THEN a.ended
         ELSE min(a.ended, b.ended) END
       FROM session b WHERE b.second = ?1 AND b.host = ?2 AND b.pid = ?3 AND b.part = ?4)
    WHERE a.second BETWEEN ?1 - 7200 AND ?1 AND a.host = ?2 AND a.pid = ?3 AND a.part % 2 = 0 AND a.ended / 1000000 = ?1
    RETURNING 1
    """

  private static let mergeSQL = """
    UPDATE session AS a SET (ended, tls_version, tls_cipher, tls_bits, lost_stage, lost_reason, commands, refused_commands,
        messages) =
      (SELECT b.ended, ifnull(a.tls_version, b.tls_version), ifnull(a.tls_cipher, b.tls_cipher),
        ifnull(a.tls_bits, b.tls_bits), ifnull(a.lost_stage, b.lost_stage), ifnull(a.lost_reason, b.lost_reason), b.commands,
        b.refused_commands, b.messages
       FROM session b WHERE b.second = ?1 AND b.host = ?2 AND b.pid = ?3 AND b.part = ?4)
    WHERE a.second = ?5 AND a.host = ?2 AND a.pid = ?3 AND a.part = ?6
    """
}
