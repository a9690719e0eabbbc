-- Log events of each hour (UTC), counted as pflogsumm counts them: hops received, attempts that delivered or deferred, …
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
WITH
  counted(time, word, n) AS (
    SELECT accepted, 'received', 1 FROM hop WHERE accepted IS NOT NULL
    UNION ALL
    SELECT d.time, CASE WHEN s.name = 'sent' AND d.fate = 1 THEN 'forwarded' ELSE s.name END, d.count
      FROM delivery d JOIN status s ON s.id = d.status
    UNION ALL
    -- pflogsumm sees neither what a milter makes smtpd refuse nor what only a warning tells of.
    SELECT j.time, CASE WHEN a.text = 'warn' THEN 'warned' ELSE 'rejected' END, j.count
      FROM rejection j JOIN word p ON p.id = j.program LEFT JOIN word a ON a.id = j.action LEFT JOIN word e ON e.id = j.engine
      WHERE coalesce(a.text, '') <> 'reject' AND (coalesce(e.text, '') <> 'milter' OR p.text LIKE '%cleanup')
  )
SELECT strftime('%Y-%m-%d %H:00', time / 1000000, 'unixepoch') AS hour,
  coalesce(sum(n) FILTER (WHERE word = 'received'), 0) AS received,
  coalesce(sum(n) FILTER (WHERE word = 'sent'), 0) AS delivered,
  coalesce(sum(n) FILTER (WHERE word = 'forwarded'), 0) AS forwarded,
  coalesce(sum(n) FILTER (WHERE word = 'deferred'), 0) AS deferrals,
  coalesce(sum(n) FILTER (WHERE word = 'bounced'), 0) AS bounced,
  coalesce(sum(n) FILTER (WHERE word = 'rejected'), 0) AS rejected,
  coalesce(sum(n) FILTER (WHERE word = 'warned'), 0) AS reject_warnings
FROM counted
WHERE time >= coalesce(:since, time) AND time < coalesce(:until, time + 1)
GROUP BY hour ORDER BY hour;
