-- Why recipients were put off: replies of the attempts, most frequent first, with one queue id each.
-- :since   UTC microseconds; default: the oldest in the store
-- :until   UTC microseconds, not included; default: the newest in the store
-- :domain  only recipients of this domain; default: all
-- :limit   rows; default: 50
SELECT sum(d.count) AS attempts, count(DISTINCT d.recipient) AS recipients, d.code, e.text AS enhanced_code,
  r.name AS relay, d.reply, min(h.queue_id) AS example
FROM delivery d JOIN hop h ON h.id = d.hop JOIN address a ON a.id = d.recipient LEFT JOIN domain m ON m.id = a.domain
  LEFT JOIN relay r ON r.id = d.relay LEFT JOIN word e ON e.id = d.enhanced_code
WHERE d.status = (SELECT id FROM status WHERE name = 'deferred')
  AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)
  AND (:domain IS NULL OR m.name = lower(:domain))
GROUP BY d.code, e.text, r.name, d.reply
ORDER BY attempts DESC, d.reply LIMIT coalesce(:limit, 50);
