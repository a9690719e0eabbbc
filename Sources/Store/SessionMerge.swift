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

  /// Gives beginnings without an end the end that the same process wrote next; an end that is known keeps the finer stamp.
  static func join(_ database: Database) throws(StoreError) {
    try database.execute(
      """
      CREATE TEMP TABLE session_join AS
        SELECT a.second AS a_second, b.second AS b_second, a.host AS host, a.pid AS pid
        FROM session b JOIN session a ON a.host = b.host AND a.pid = b.pid AND a.part = 0 AND a.second <= b.second
          AND a.second >= b.second - 86400 AND (a.started IS NULL OR a.ended IS NULL)
        WHERE b.part = 1 AND (b.started IS NULL OR b.ended IS NULL)
        GROUP BY b.second, b.host, b.pid HAVING a.second = max(a.second);
      UPDATE session AS a SET (ended, tls_version, tls_cipher, tls_bits, lost_stage, lost_reason, commands, refused_commands, messages) =
        (SELECT b.ended, ifnull(a.tls_version, b.tls_version), ifnull(a.tls_cipher, b.tls_cipher), ifnull(a.tls_bits, b.tls_bits),
          ifnull(a.lost_stage, b.lost_stage), ifnull(a.lost_reason, b.lost_reason), b.commands, b.refused_commands, b.messages
         FROM session_join j JOIN session b ON b.second = j.b_second AND b.host = j.host AND b.pid = j.pid AND b.part = 1
         WHERE j.a_second = a.second AND j.host = a.host AND j.pid = a.pid ORDER BY b.second LIMIT 1)
        WHERE a.part = 0 AND (a.second, a.host, a.pid) IN (SELECT a_second, host, pid FROM session_join);
      DELETE FROM session WHERE part = 1 AND (second, host, pid) IN (SELECT b_second, host, pid FROM session_join);
      CREATE TEMP TABLE session_repeat AS
        SELECT max(a.second) AS a_second, b.second AS b_second, a.host AS host, a.pid AS pid,
          CASE WHEN a.ended % 1000000 = 0 THEN b.ended WHEN b.ended % 1000000 = 0 THEN a.ended ELSE min(a.ended, b.ended) END
            AS ended
        FROM session b JOIN session a ON a.host = b.host AND a.pid = b.pid AND a.part = 0
          AND a.second BETWEEN b.second - 7200 AND b.second AND a.ended / 1000000 = b.second
        WHERE b.part = 1 AND (b.started IS NULL OR b.ended IS NULL)
        GROUP BY b.second, b.host, b.pid;
      UPDATE session AS a SET ended = r.ended FROM session_repeat r
        WHERE a.part = 0 AND a.second = r.a_second AND a.host = r.host AND a.pid = r.pid;
      DELETE FROM session WHERE part = 1 AND (second, host, pid) IN (SELECT b_second, host, pid FROM session_repeat);
      DROP TABLE session_repeat;
      DROP TABLE session_join;
      """)
  }
}
