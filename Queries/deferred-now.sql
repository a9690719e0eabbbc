-- Recipients that are still queued, as far as the logs go, oldest first, with the last reply.
-- :relay  only this next hop (its name); default: all
-- :limit  rows; default: 100
SELECT datetime(root.first / 1000000, 'unixepoch') AS first_seen, datetime(d.time / 1000000, 'unixepoch') AS last_attempt,
  host.name AS host, h.queue_id, s.address AS sender, a.address AS recipient, r.name AS relay,
  (SELECT coalesce(sum(x.count), 0) FROM delivery x WHERE x.hop = d.hop AND x.recipient = d.recipient) AS attempts,
  d.code, d.reply
FROM hop h CROSS JOIN delivery d ON d.hop = h.id JOIN hop root ON root.id = h.message JOIN host ON host.id = h.host
  JOIN address a ON a.id = d.recipient LEFT JOIN address s ON s.id = h.sender LEFT JOIN relay r ON r.id = d.relay
WHERE h.open > 0 AND d.outcome = (SELECT id FROM outcome WHERE name = 'deferred') AND NOT h.is_probe
  AND (:relay IS NULL OR r.name = :relay COLLATE NOCASE)
ORDER BY root.first, h.id, d.n LIMIT coalesce(:limit, 100);
