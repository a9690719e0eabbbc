/// The tables of a store, as numbered migrations that are never edited once released.
enum Schema {
  /// `mflo`: marks the file as a store of mailflow (the SQLite header's application id).
  static let applicationID: Int64 = 0x6D66_6C6F

  static let version = migrations.count

  /// Each brings a store from the version before to its own.
  static let migrations = [tables + names + views, linesOfSessions]

  /// By the tables of names: what tells whether a name is there.
  static let nameIndices = [
    "host": Index("host_name", on: "host", ["name"], isUnique: true),
    "domain": Index("domain_name", on: "domain", ["name"], isUnique: true),
    "address": Index("address_text", on: "address", ["address"], isUnique: true),
    "client": Index("client_key", on: "client", ["address", "name"], isUnique: true),
    "relay": Index("relay_key", on: "relay", ["name", "address", "port"], isUnique: true),
    "word": Index("word_text", on: "word", ["text"], isUnique: true),
  ]

  /// Indices that questions need, filled behind a first import: keeping them while rows go in costs three times as much.
  static let indices = [
    nameIndices["host"]!, nameIndices["domain"]!, nameIndices["address"]!,
    Index("hop_open", on: "hop", ["message"], where: .isPositive("open")),
    Index("hop_key", on: "hop", ["queue_id", "host"]),
    Index("hop_time", on: "hop", ["first", "last", "message"]),
    Index("hop_message_id", on: "hop", ["message_id"], where: .isPresent("message_id")),
    Index("hop_sender", on: "hop", ["sender"], where: .areEqual("message", "id")),
    Index("delivery_recipient", on: "delivery", ["recipient", "outcome"], where: .isPresent("outcome")),
    Index("delivery_original", on: "delivery", ["original"], where: .isPresent("original")),
    Index("rejection_queue_id", on: "rejection", ["queue_id"], where: .isPresent("queue_id")),
    Index("rejection_recipient", on: "rejection", ["recipient", "queue_id"]),
    Index("rejection_sender", on: "rejection", ["sender"]),
    Index("verdict_queue_id", on: "verdict", ["queue_id"], where: .isPresent("queue_id")),
    Index("verdict_message_id", on: "verdict", ["message_id"], where: .isPresent("message_id")),
  ]

  /// Indices that only merging needs, made when a run adds to what is there.
  static let mergingIndices = """
    \(["client", "relay", "word"].map { nameIndices[$0]! }.sql);
    CREATE INDEX IF NOT EXISTS delivery_next ON delivery(next_queue_id) WHERE next_queue_id IS NOT NULL AND outcome IS NOT NULL;
    CREATE INDEX IF NOT EXISTS session_part ON session(host, pid) WHERE started IS NULL OR ended IS NULL;
    """

  // Columns that indices are made of stand first: making an index reads each row up to the last column it needs. Columns that
  // are seldom more than their default stand last: the writer leaves them out.
  private static let tables = """
    -- A file or stream that was read. What moved on under another name (mail.log, mail.log.1, mail.log.2.gz) is one source.
    CREATE TABLE source (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL,            -- where it was last seen
      format TEXT NOT NULL,
      host TEXT,                     -- as given by --host
      fingerprint_length INTEGER NOT NULL,
      fingerprint_low INTEGER NOT NULL,   -- hash of that many bytes at the beginning
      fingerprint_high INTEGER NOT NULL,
      read_to INTEGER NOT NULL,      -- offset up to which lines are known for good
      bytes INTEGER NOT NULL,        -- unpacked
      lines INTEGER NOT NULL,        -- = recognized + ignored + unrecognized
      recognized INTEGER NOT NULL,
      ignored INTEGER NOT NULL,
      unrecognized INTEGER NOT NULL,
      first INTEGER,                 -- time of the first line, UTC microseconds
      last INTEGER,
      year INTEGER                   -- of the last line, where the stamps have none
    ) STRICT;

    -- Templates of lines that no parser knew.
    CREATE TABLE template (
      source INTEGER NOT NULL REFERENCES source(id),
      template TEXT NOT NULL,
      count INTEGER NOT NULL,
      line INTEGER NOT NULL,         -- of the example
      example TEXT NOT NULL,
      PRIMARY KEY (source, template)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE domain (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;   -- in lower case
    CREATE TABLE address (                                                      -- '' is the null reverse-path
      id INTEGER PRIMARY KEY, address TEXT NOT NULL, domain INTEGER REFERENCES domain(id)
    ) STRICT;
    CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL) STRICT;
    CREATE TABLE relay (id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL) STRICT;
    CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;      -- programs, codes, engines, actions, users …

    -- What spares a reader a look at all rows.
    CREATE TABLE bounds (
      longest_hop INTEGER NOT NULL   -- no hop is longer: microseconds
    ) STRICT;
    INSERT INTO bounds VALUES (0);

    -- One host's custody of one message. All times are UTC microseconds.
    CREATE TABLE hop (
      id INTEGER PRIMARY KEY,
      host INTEGER NOT NULL REFERENCES host(id),
      queue_id TEXT NOT NULL,
      message INTEGER NOT NULL,      -- the id of the message's first hop; its other hops follow that one
      hops INTEGER NOT NULL,         -- how many they are, in the row of the first; else 0
      first INTEGER NOT NULL,        -- of its lines
      last INTEGER NOT NULL,
      open INTEGER NOT NULL,         -- recipients that are deferred, held, quarantined or without an end
      sender INTEGER REFERENCES address(id),
      message_id TEXT,               -- NULL also where it is that of the message's first hop
      origin INTEGER NOT NULL REFERENCES origin(id),
      accepted INTEGER,
      removed INTEGER,
      client INTEGER REFERENCES client(id),
      pid INTEGER,                   -- of the process that accepted it
      size INTEGER,
      recipients INTEGER,            -- as the queue manager counted them
      facts BLOB NOT NULL,           -- the facts that this row was derived from
      evidence BLOB NOT NULL,        -- their lines
      parent INTEGER,                -- the hop before this one
      rule INTEGER REFERENCES rule(id),    -- by which the two were joined
      grade INTEGER REFERENCES grade(id),
      user INTEGER REFERENCES word(id),
      unnamed INTEGER NOT NULL DEFAULT 0,  -- recipients that no delivery line names
      unnamed_outcome INTEGER REFERENCES outcome(id),
      subject TEXT,
      reason TEXT,                   -- why it was refused or thrown away
      is_probe INTEGER NOT NULL DEFAULT 0  -- an address probe, which carries no mail
    ) STRICT;
    CREATE INDEX hop_open ON hop(message) WHERE open > 0;

    -- One try to hand one recipient from a hop to a relay.
    CREATE TABLE delivery (
      hop INTEGER NOT NULL REFERENCES hop(id),
      n INTEGER NOT NULL,
      outcome INTEGER REFERENCES outcome(id),   -- where the recipient's story ends; NULL: it goes on
      recipient INTEGER NOT NULL REFERENCES address(id),
      next_queue_id TEXT,                       -- that the reply names
      time INTEGER NOT NULL,
      relay INTEGER REFERENCES relay(id),
      transport INTEGER REFERENCES word(id),
      status INTEGER NOT NULL REFERENCES status(id),
      code INTEGER,
      enhanced_code INTEGER REFERENCES word(id),
      delay INTEGER,                 -- microseconds since arrival, and its four parts
      before_queue INTEGER, in_queue INTEGER, connection INTEGER, transmission INTEGER,
      reply TEXT NOT NULL,
      stage INTEGER REFERENCES word(id),
      original INTEGER REFERENCES address(id),  -- before expansion, if it was another
      fate INTEGER NOT NULL DEFAULT 0,          -- 1 forwarded; by a filter: 2 discarded, 3 returned, 4 to 6 in part
      count INTEGER NOT NULL DEFAULT 1,
      PRIMARY KEY (hop, n)
    ) STRICT, WITHOUT ROWID;

    -- Refusals: a line each.
    CREATE TABLE rejection (
      second INTEGER NOT NULL, host INTEGER NOT NULL REFERENCES host(id), pid INTEGER NOT NULL, identity INTEGER NOT NULL,
      time INTEGER NOT NULL,
      program INTEGER NOT NULL REFERENCES word(id),
      source INTEGER, line INTEGER, offset INTEGER,
      client INTEGER REFERENCES client(id),
      helo TEXT,
      protocol INTEGER REFERENCES word(id),
      sender INTEGER REFERENCES address(id),
      recipient INTEGER REFERENCES address(id),
      stage INTEGER REFERENCES word(id),
      code INTEGER,
      enhanced_code INTEGER REFERENCES word(id),
      reply TEXT NOT NULL,
      reason TEXT NOT NULL,
      engine INTEGER REFERENCES word(id),
      queue_id TEXT,
      action INTEGER REFERENCES word(id),      -- 'warn': it would have been refused
      count INTEGER NOT NULL DEFAULT 1,
      PRIMARY KEY (second, host, pid, identity)
    ) STRICT, WITHOUT ROWID;

    -- What filters, authentication checks, lists, mailboxes and rules decided; warnings and errors: a line each.
    CREATE TABLE verdict (
      second INTEGER NOT NULL, host INTEGER NOT NULL REFERENCES host(id), pid INTEGER NOT NULL, identity INTEGER NOT NULL,
      time INTEGER NOT NULL,
      program INTEGER NOT NULL REFERENCES word(id),
      source INTEGER, line INTEGER, offset INTEGER,
      event INTEGER NOT NULL REFERENCES event(id),
      queue_id TEXT,
      engine INTEGER REFERENCES word(id),
      action INTEGER REFERENCES word(id),
      result INTEGER REFERENCES word(id),
      client INTEGER REFERENCES client(id),
      sender INTEGER REFERENCES address(id),
      recipient INTEGER REFERENCES address(id),
      score INTEGER,                           -- millionths of a point
      reason TEXT,
      results TEXT,                            -- JSON array of {method, result, domain, selector, reason}
      user INTEGER REFERENCES word(id),
      mechanism INTEGER REFERENCES word(id),
      required INTEGER,                        -- millionths of a point
      symbols TEXT,                            -- JSON array of {name, score}
      mailbox TEXT,
      message_id TEXT,
      target TEXT,
      count INTEGER NOT NULL DEFAULT 1,
      PRIMARY KEY (second, host, pid, identity)
    ) STRICT, WITHOUT ROWID;

    -- Connections of clients.
    CREATE TABLE session (
      second INTEGER NOT NULL, host INTEGER NOT NULL REFERENCES host(id), pid INTEGER NOT NULL,
      part INTEGER NOT NULL,         -- what tells it from others of the second; odd: its beginning is missing
      program INTEGER NOT NULL REFERENCES word(id),
      source INTEGER, line INTEGER, offset INTEGER,   -- of its first line or, where there is one, that about TLS
      client INTEGER REFERENCES client(id),
      started INTEGER, ended INTEGER,
      commands INTEGER, refused_commands INTEGER, messages INTEGER,
      tls_version INTEGER REFERENCES word(id),
      tls_cipher INTEGER REFERENCES word(id),
      tls_bits INTEGER,
      lost_stage INTEGER REFERENCES word(id),
      lost_reason INTEGER REFERENCES word(id),
      PRIMARY KEY (second, host, pid, part)
    ) STRICT, WITHOUT ROWID;

    -- Raw messages, and their trace fields, oldest first.
    CREATE TABLE raw_message (
      id INTEGER PRIMARY KEY,
      identity INTEGER NOT NULL UNIQUE,  -- hash of its header
      source INTEGER NOT NULL REFERENCES source(id),
      offset INTEGER NOT NULL,
      size INTEGER NOT NULL,
      message_id TEXT, subject TEXT, sender TEXT, recipient TEXT, date INTEGER
    ) STRICT;
    CREATE INDEX raw_message_id ON raw_message(message_id);
    CREATE TABLE received (
      raw_message INTEGER NOT NULL REFERENCES raw_message(id),
      n INTEGER NOT NULL,
      by_host TEXT, from_host TEXT, client_name TEXT, client_address TEXT, protocol TEXT, queue_id TEXT, recipient TEXT,
      time INTEGER,
      PRIMARY KEY (raw_message, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX received_queue_id ON received(queue_id) WHERE queue_id IS NOT NULL;

    """

  /// Sessions whose lines can be told again. Those of before have parts of their own, by which they stay apart.
  private static let linesOfSessions = """
    ALTER TABLE session ADD COLUMN tls_time INTEGER;
    ALTER TABLE session ADD COLUMN lost_time INTEGER;
    ALTER TABLE session ADD COLUMN ordinals INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE bounds ADD COLUMN longest_session INTEGER NOT NULL DEFAULT 0;
    """

  /// Views for people: every number spelled out, times as text in UTC.
  private static let views = """
    CREATE VIEW messages AS
      SELECT h.id AS message, datetime(h.first / 1000000, 'unixepoch') AS first_seen, o.name AS host, h.queue_id,
        h.message_id, a.address AS sender, h.size, h.recipients, n.name AS origin,
        h.hops
      FROM hop h JOIN host o ON o.id = h.host JOIN origin n ON n.id = h.origin LEFT JOIN address a ON a.id = h.sender
      WHERE h.message = h.id AND NOT h.is_probe;

    CREATE VIEW recipients AS
      SELECT h.message, a.address AS recipient, b.address AS original, x.name AS outcome,
        datetime(d.time / 1000000, 'unixepoch') AS time, o.name AS host, h.queue_id, r.name AS relay, d.code,
        w.text AS enhanced_code, d.reply
      FROM delivery d JOIN hop h ON h.id = d.hop JOIN host o ON o.id = h.host JOIN address a ON a.id = d.recipient
        JOIN outcome x ON x.id = d.outcome LEFT JOIN address b ON b.id = d.original LEFT JOIN relay r ON r.id = d.relay
        LEFT JOIN word w ON w.id = d.enhanced_code
      WHERE NOT h.is_probe;

    CREATE VIEW attempts AS
      SELECT h.message, d.hop, d.n, datetime(d.time / 1000000, 'unixepoch') AS time, o.name AS host, h.queue_id,
        a.address AS recipient, s.name AS status, r.name AS relay, r.address AS relay_address, t.text AS transport,
        d.code, w.text AS enhanced_code, d.delay / 1e6 AS delay_seconds, d.reply, x.name AS outcome
      FROM delivery d JOIN hop h ON h.id = d.hop JOIN host o ON o.id = h.host JOIN address a ON a.id = d.recipient
        JOIN status s ON s.id = d.status LEFT JOIN relay r ON r.id = d.relay LEFT JOIN word t ON t.id = d.transport
        LEFT JOIN word w ON w.id = d.enhanced_code LEFT JOIN outcome x ON x.id = d.outcome;

    CREATE VIEW hops AS
      SELECT h.id AS hop, h.message, h.parent, datetime(h.first / 1000000, 'unixepoch') AS first_seen, o.name AS host,
        h.queue_id, c.name AS client, c.address AS client_address, a.address AS sender, h.size, h.recipients,
        coalesce(h.message_id, f.message_id) AS message_id, r.name AS joined_by, g.name AS grade
      FROM hop h JOIN hop f ON f.id = h.message JOIN host o ON o.id = h.host LEFT JOIN client c ON c.id = h.client
        LEFT JOIN address a ON a.id = h.sender LEFT JOIN rule r ON r.id = h.rule LEFT JOIN grade g ON g.id = h.grade;

    CREATE VIEW rejections AS
      SELECT datetime(j.time / 1000000, 'unixepoch') AS time, o.name AS host, c.name AS client, c.address AS client_address,
        j.helo, s.address AS sender, a.address AS recipient, g.text AS stage, j.code, e.text AS enhanced_code,
        j.reason, j.reply, n.text AS engine, x.text AS action, j.count
      FROM rejection j JOIN host o ON o.id = j.host LEFT JOIN client c ON c.id = j.client
        LEFT JOIN address s ON s.id = j.sender LEFT JOIN address a ON a.id = j.recipient
        LEFT JOIN word g ON g.id = j.stage LEFT JOIN word e ON e.id = j.enhanced_code
        LEFT JOIN word n ON n.id = j.engine LEFT JOIN word x ON x.id = j.action;

    CREATE VIEW verdicts AS
      SELECT datetime(v.time / 1000000, 'unixepoch') AS time, o.name AS host, p.text AS program, k.name AS event, v.queue_id,
        v.message_id, n.text AS engine, x.text AS action, r.text AS result, v.score / 1e6 AS score,
        v.required / 1e6 AS required, a.address AS recipient, v.mailbox, v.reason, v.results, v.symbols, v.count
      FROM verdict v JOIN host o ON o.id = v.host JOIN word p ON p.id = v.program JOIN event k ON k.id = v.event
        LEFT JOIN word n ON n.id = v.engine LEFT JOIN word x ON x.id = v.action LEFT JOIN word r ON r.id = v.result
        LEFT JOIN address a ON a.id = v.recipient;
    """
}
