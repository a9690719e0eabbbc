-- The hops of messages in order of time: who had it, from when to when, and how each hop was joined to the one before.
-- :message_id  without angle brackets; default: all messages
-- :queue_id    any queue id of the message; default: all messages
-- :limit       rows; default: 100
SELECT h.message, datetime(h.first / 1000000, 'unixepoch') AS first_seen, host.name AS host, h.queue_id,
  round((h.last - h.first) / 1e6, 3) AS seconds, p.queue_id AS from_queue_id, r.name AS joined_by, g.name AS grade,
  c.name AS client, s.address AS sender,
  (SELECT group_concat(a.address || ' ' || t.name, ', ')
    FROM delivery d JOIN address a ON a.id = d.recipient JOIN status t ON t.id = d.status WHERE d.hop = h.id) AS attempts
FROM hop h JOIN host ON host.id = h.host LEFT JOIN hop p ON p.id = h.parent LEFT JOIN rule r ON r.id = h.rule
  LEFT JOIN grade g ON g.id = h.grade LEFT JOIN client c ON c.id = h.client LEFT JOIN address s ON s.id = h.sender
WHERE (:message_id IS NULL OR h.message IN (SELECT x.message FROM hop x WHERE x.message_id = :message_id))
  AND (:queue_id IS NULL OR h.message IN (SELECT x.message FROM hop x WHERE x.queue_id = :queue_id))
ORDER BY h.message, h.first, h.id LIMIT coalesce(:limit, 100);
