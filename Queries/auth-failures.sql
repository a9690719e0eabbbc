-- Failed logins by client and user, most frequent first.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
-- :limit  rows; default: 50
SELECT sum(v.count) AS failures, c.name AS client, c.address AS client_address, u.text AS user, m.text AS mechanism,
  datetime(min(v.time) / 1000000, 'unixepoch') AS first, datetime(max(v.time) / 1000000, 'unixepoch') AS last
FROM verdict v JOIN event e ON e.id = v.event LEFT JOIN word r ON r.id = v.result LEFT JOIN client c ON c.id = v.client
  LEFT JOIN word u ON u.id = v.user LEFT JOIN word m ON m.id = v.mechanism
WHERE e.name = 'auth' AND coalesce(r.text, '') <> 'pass'
  AND v.time >= coalesce(:since, v.time) AND v.time < coalesce(:until, v.time + 1)
GROUP BY c.id, u.text, m.text
ORDER BY failures DESC, client_address LIMIT coalesce(:limit, 50);
