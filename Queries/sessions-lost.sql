-- Connections that clients lost or let time out: at which stage, how often, from where.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
-- :limit  rows; default: 50
SELECT count(*) AS sessions, r.text AS reason, g.text AS stage, c.name AS client, c.address AS client_address,
  datetime(max(s.ended) / 1000000, 'unixepoch') AS last
FROM session s JOIN word r ON r.id = s.lost_reason LEFT JOIN word g ON g.id = s.lost_stage LEFT JOIN client c ON c.id = s.client
WHERE s.second >= coalesce(:since / 1000000, s.second) AND s.second < coalesce(:until / 1000000, s.second + 1)
GROUP BY r.text, g.text, c.id
ORDER BY sessions DESC, client_address LIMIT coalesce(:limit, 50);
