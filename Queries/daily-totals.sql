-- What happened each day (UTC): messages and what became of their recipients, notifications aside.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
WITH
  counted(time, word, n) AS (
    SELECT accepted, 'received', 1 FROM hop NOT INDEXED
      WHERE message = id AND origin IN (1, 2) AND NOT is_probe AND accepted IS NOT NULL
        AND coalesce(unnamed_outcome, 0) <> 6
        AND (origin = 2 OR size IS NOT NULL OR message_id IS NOT NULL OR unnamed > 0
          OR EXISTS (SELECT 1 FROM delivery d WHERE d.hop = hop.id))
    UNION ALL
    SELECT d.time, o.name, d.count
      FROM hop h JOIN hop root ON root.id = h.message CROSS JOIN delivery d ON d.hop = h.id JOIN outcome o ON o.id = d.outcome
      WHERE root.origin <> 3 AND NOT h.is_probe
    UNION ALL
    SELECT h.last, o.name, h.unnamed
      FROM hop h JOIN hop root ON root.id = h.message JOIN outcome o ON o.id = h.unnamed_outcome
      WHERE root.origin <> 3 AND NOT h.is_probe AND o.name <> 'rejected'
    UNION ALL
    SELECT j.time, 'rejected', j.count FROM rejection j LEFT JOIN word a ON a.id = j.action
      WHERE coalesce(a.text, '') <> 'warn'
        -- Where the client is a host of ours, its own attempt tells of the recipient.
        AND NOT EXISTS (
          SELECT 1 FROM client c
            CROSS JOIN host k ON k.id <> j.host
              AND (lower(k.name) = lower(c.name) OR lower(c.name) LIKE lower(k.name) || '.%' AND k.name NOT LIKE '%.%')
            CROSS JOIN host l ON l.id = j.host
            CROSS JOIN hop h ON h.host = k.id AND h.sender = j.sender AND h.last >= j.time - 5000000
              AND h.first BETWEEN j.time - 5000000 - (SELECT longest_hop FROM bounds) AND j.time + 600000000
            CROSS JOIN delivery d ON d.hop = h.id AND d.recipient = j.recipient AND d.status IN (2, 3)
              AND d.time BETWEEN j.time - 5000000 AND j.time + 600000000
            CROSS JOIN relay r ON r.id = d.relay
              AND (lower(l.name) = lower(r.name) OR lower(r.name) LIKE lower(l.name) || '.%' AND l.name NOT LIKE '%.%')
          WHERE c.id = j.client)
  )
SELECT date(time / 1000000, 'unixepoch') AS day,
  coalesce(sum(n) FILTER (WHERE word = 'received'), 0) AS received,
  coalesce(sum(n) FILTER (WHERE word = 'delivered'), 0) AS delivered,
  coalesce(sum(n) FILTER (WHERE word = 'relayed'), 0) AS relayed,
  coalesce(sum(n) FILTER (WHERE word = 'deferred'), 0) AS deferred,
  coalesce(sum(n) FILTER (WHERE word = 'bounced'), 0) AS bounced,
  coalesce(sum(n) FILTER (WHERE word = 'expired'), 0) AS expired,
  coalesce(sum(n) FILTER (WHERE word = 'rejected'), 0) AS rejected,
  coalesce(sum(n) FILTER (WHERE word = 'discarded'), 0) AS discarded,
  coalesce(sum(n) FILTER (WHERE word = 'held'), 0) AS held,
  coalesce(sum(n) FILTER (WHERE word = 'quarantined'), 0) AS quarantined,
  coalesce(sum(n) FILTER (WHERE word = 'unknown'), 0) AS unknown
FROM counted
WHERE time >= coalesce(:since, time) AND time < coalesce(:until, time + 1)
GROUP BY day ORDER BY day;
