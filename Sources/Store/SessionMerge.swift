import Correlation

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

  /// Gives beginnings without an end the end that the same process wrote next, and drops what a whole session says already.
  ///
  /// - Parameter hasSeveralSources: whether what stands here as a mere end may stand in another source with its beginning.
  static func join(_ database: Database, _ pieces: [Piece], hasSeveralSources: Bool) throws(StoreError) {
    guard pieces.contains(where: \.lacksBeginning) else { return }
    let merge = try database.prepare(mergeSQL)
    let drop = try database.prepare("DELETE FROM session WHERE second = ? AND host = ? AND pid = ? AND part = ?")
    let refine = try database.prepare(refineSQL)
    var beginning: Piece?
    for piece in pieces.sorted(by: Piece.precedes) {
      guard piece.lacksBeginning else {
        beginning = piece
        continue
      }
      if let start = beginning, piece.mayEnd(start) {
        merge.bind(piece)
        merge.bind(5, start.second)
        merge.bind(6, start.part)
        // What lacks its end, too, leaves the session open.
        if try merge.isTrue() { beginning = nil }
      } else {
        guard hasSeveralSources else { continue }
        refine.bind(piece)
        guard try refine.isTrue() else { continue }
      }
      drop.bind(piece)
      try drop.run()
    }
  }

  /// A whole session that ended in the same second takes the finer stamp of both.
  private static let refineSQL = """
    UPDATE session AS a SET ended =
      (SELECT CASE WHEN a.ended % 1000000 = 0 THEN b.ended WHEN b.ended % 1000000 = 0 THEN a.ended
         ELSE min(a.ended, b.ended) END
       FROM session b WHERE b.second = ?1 AND b.host = ?2 AND b.pid = ?3 AND b.part = ?4)
    WHERE a.second BETWEEN ?1 - 7200 AND ?1 AND a.host = ?2 AND a.pid = ?3 AND a.part % 2 = 0 AND a.ended / 1000000 = ?1
      AND (a.part = ?4 - 1 OR ?4 < \(Session.firstPartOfClients))
    RETURNING 1
    """

  private static let mergeSQL = """
    UPDATE session AS a SET (source, line, offset, ended, tls_version, tls_cipher, tls_bits, lost_stage, lost_reason, commands,
        refused_commands, messages) =
      (SELECT iif(b.tls_version IS NULL, a.source, b.source), iif(b.tls_version IS NULL, a.line, b.line),
        iif(b.tls_version IS NULL, a.offset, b.offset), b.ended,
        ifnull(a.tls_version, b.tls_version), ifnull(a.tls_cipher, b.tls_cipher), ifnull(a.tls_bits, b.tls_bits),
        ifnull(a.lost_stage, b.lost_stage), ifnull(a.lost_reason, b.lost_reason), b.commands, b.refused_commands, b.messages
       FROM session b WHERE b.second = ?1 AND b.host = ?2 AND b.pid = ?3 AND b.part = ?4)
    WHERE a.second = ?5 AND a.host = ?2 AND a.pid = ?3 AND a.part = ?6
    RETURNING ended IS NOT NULL
    """
}

extension SessionMerge {
  /// A session of which one end is missing.
  struct Piece {
    var host: Int64
    var pid: Int64
    var second: Int64
    var part: Int64

    var lacksBeginning: Bool { part % 2 == 1 }

    /// What it must share with its other half beside host and process.
    fileprivate var thread: Int64 { part < Session.firstPartOfClients ? 0 : part / 2 }

    fileprivate var process: [Int64] { [host, pid, thread] }

    fileprivate func mayEnd(_ start: Piece) -> Bool {
      process == start.process && second - start.second <= 86400
    }

    /// Those of one thread follow each other by time; of one second beginnings come first.
    fileprivate static func precedes(_ a: Piece, _ b: Piece) -> Bool {
      (a.host, a.pid, a.thread, a.second, a.part) < (b.host, b.pid, b.thread, b.second, b.part)
    }
  }

  /// The pieces that the store has.
  ///
  /// - Parameter written: those of a first import, which spare a look at all sessions.
  static func pieces(_ database: Database, written: WrittenPieces?) throws(StoreError) -> [Piece] {
    guard let written = written?.list else {
      return try database.prepare("SELECT host, pid, second, part FROM session WHERE started IS NULL OR ended IS NULL")
        .rows {
          Piece(host: $0.integer(0), pid: $0.integer(1), second: $0.integer(2), part: $0.integer(3))
        }
    }
    // Where no end waits for its beginning there is nothing to join; and another source may have told the other half.
    let threads = Set(written.lazy.filter(\.lacksBeginning).map(\.process))
    let isPiece = try database.prepare(
      """
      SELECT 1 FROM session WHERE second = ? AND host = ? AND pid = ? AND part = ? AND (started IS NULL OR ended IS NULL)
      """)
    var pieces: [Piece] = []
    for piece in written where threads.contains(piece.process) {
      isPiece.bind(piece)
      if try isPiece.isTrue() { pieces.append(piece) }
    }
    return pieces
  }

  /// Pieces that a first import has written, unless they are too many.
  struct WrittenPieces {
    fileprivate private(set) var list: [Piece]? = []

    mutating func add(_ piece: Piece) {
      list?.append(piece)
      if list?.count ?? 0 > Limits.writtenPieces { list = nil }
    }
  }
}

extension Statement {
  fileprivate func bind(_ piece: SessionMerge.Piece) {
    bind(1, piece.second)
    bind(2, piece.host)
    bind(3, piece.pid)
    bind(4, piece.part)
  }

  /// Whether the first row says so; the statement is then ready to run again.
  fileprivate func isTrue() throws(StoreError) -> Bool {
    defer { reset() }
    return try step() && integer(0) != 0
  }
}
