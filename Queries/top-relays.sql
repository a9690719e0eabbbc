-- Next hops by attempts, with what came of them and how long a delivery took from end to end.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
-- :limit  rows; default: 20
SELECT coalesce(r.name, t.text) AS relay, sum(d.count) AS attempts,
  coalesce(sum(d.count) FILTER (WHERE s.name = 'sent'), 0) AS delivered,
  coalesce(sum(d.count) FILTER (WHERE s.name = 'deferred'), 0) AS deferrals,
  coalesce(sum(d.count) FILTER (WHERE s.name = 'bounced'), 0) AS bounced,
  round(avg(d.delay) FILTER (WHERE s.name = 'sent') / 1e6, 2) AS mean_delay_seconds,
  max(d.delay) FILTER (WHERE s.name = 'sent') / 1e6 AS longest_delay_seconds
FROM delivery d JOIN status s ON s.id = d.status LEFT JOIN relay r ON r.id = d.relay LEFT JOIN word t ON t.id = d.transport
WHERE d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)
GROUP BY coalesce(r.name, t.text)
ORDER BY attempts DESC, relay LIMIT coalesce(:limit, 20);
