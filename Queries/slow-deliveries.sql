-- Deliveries that took longest since the message arrived at that host, with the part of the way that took the time.
-- :since    UTC microseconds; default: the oldest in the store
-- :until    UTC microseconds, not included; default: the newest in the store
-- :seconds  at least so long; default: 60
-- :limit    rows; default: 50
SELECT d.delay / 1e6 AS seconds, d.before_queue / 1e6 AS before_queue, d.in_queue / 1e6 AS in_queue,
  d.connection / 1e6 AS connection, d.transmission / 1e6 AS transmission,
  datetime(d.time / 1000000, 'unixepoch') AS time, host.name AS host, h.queue_id, a.address AS recipient, r.name AS relay
FROM delivery d JOIN hop h ON h.id = d.hop JOIN host ON host.id = h.host JOIN address a ON a.id = d.recipient
  LEFT JOIN relay r ON r.id = d.relay
WHERE d.status = (SELECT id FROM status WHERE name = 'sent') AND d.delay >= coalesce(:seconds, 60) * 1000000
  AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)
ORDER BY d.delay DESC, h.queue_id LIMIT coalesce(:limit, 50);
