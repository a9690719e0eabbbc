-- How long delivery took, by next hop: the delay that half, 90, 99 percent and all of the successful attempts kept within.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
-- :least  only relays with so many deliveries; default: 1
WITH
  ranked AS (
    SELECT coalesce(r.name, t.text) AS relay, d.delay / 1e6 AS delay,
      row_number() OVER (PARTITION BY coalesce(r.name, t.text) ORDER BY d.delay) AS rank,
      count(*) OVER (PARTITION BY coalesce(r.name, t.text)) AS n
    FROM delivery d LEFT JOIN relay r ON r.id = d.relay LEFT JOIN word t ON t.id = d.transport
    WHERE d.status = (SELECT id FROM status WHERE name = 'sent') AND d.delay IS NOT NULL
      AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)
  )
SELECT relay, n AS deliveries,
  min(delay) FILTER (WHERE rank * 100 >= n * 50) AS p50_seconds,
  min(delay) FILTER (WHERE rank * 100 >= n * 90) AS p90_seconds,
  min(delay) FILTER (WHERE rank * 100 >= n * 99) AS p99_seconds,
  max(delay) AS longest_seconds
FROM ranked WHERE n >= coalesce(:least, 1)
GROUP BY relay, n ORDER BY deliveries DESC, relay;
