-- For each host and day (UTC): recipients of the messages that began there, by what became of them.
-- Recipients that became others (expanded) stand in a column of their own. Notifications count, address probes do not.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
WITH
  ended(message, outcome, n) AS (
    SELECT h.message, d.outcome, 1 FROM hop h CROSS JOIN delivery d ON d.hop = h.id
      WHERE d.outcome IS NOT NULL AND NOT h.is_probe
    UNION ALL
    SELECT message, unnamed_outcome, unnamed FROM hop WHERE unnamed > 0 AND NOT is_probe
  )
SELECT date(coalesce(root.accepted, root.first) / 1000000, 'unixepoch') AS day, host.name AS host, count(DISTINCT root.id) AS messages,
  coalesce(sum(n) FILTER (WHERE o.name = 'delivered'), 0) AS delivered,
  coalesce(sum(n) FILTER (WHERE o.name = 'relayed'), 0) AS relayed,
  coalesce(sum(n) FILTER (WHERE o.name = 'deferred'), 0) AS deferred,
  coalesce(sum(n) FILTER (WHERE o.name = 'bounced'), 0) AS bounced,
  coalesce(sum(n) FILTER (WHERE o.name = 'expired'), 0) AS expired,
  coalesce(sum(n) FILTER (WHERE o.name = 'discarded'), 0) AS discarded,
  coalesce(sum(n) FILTER (WHERE o.name = 'held'), 0) AS held,
  coalesce(sum(n) FILTER (WHERE o.name = 'quarantined'), 0) AS quarantined,
  coalesce(sum(n) FILTER (WHERE o.name = 'rejected'), 0) AS rejected,
  coalesce(sum(n) FILTER (WHERE o.name = 'unknown'), 0) AS unknown,
  coalesce(sum(n) FILTER (WHERE o.name = 'expanded'), 0) AS expanded
FROM hop root NOT INDEXED JOIN host ON host.id = root.host LEFT JOIN ended e ON e.message = root.id LEFT JOIN outcome o ON o.id = e.outcome
WHERE root.message = root.id AND NOT root.is_probe
  AND coalesce(root.accepted, root.first) >= coalesce(:since, root.accepted, root.first)
  AND coalesce(root.accepted, root.first) < coalesce(:until, coalesce(root.accepted, root.first) + 1)
GROUP BY day, host ORDER BY day, host;
