-- Why clients were refused: stage, code and reason, most frequent first. Lines that only warn are told apart by 'action'.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
-- :limit  rows; default: 50
SELECT sum(j.count) AS times, count(DISTINCT j.client) AS clients, g.text AS stage, j.code, e.text AS enhanced_code,
  n.text AS engine, x.text AS action, CASE j.reason WHEN '' THEN j.reply ELSE j.reason END AS reason
FROM rejection j LEFT JOIN word g ON g.id = j.stage LEFT JOIN word e ON e.id = j.enhanced_code
  LEFT JOIN word n ON n.id = j.engine LEFT JOIN word x ON x.id = j.action
WHERE j.time >= coalesce(:since, j.time) AND j.time < coalesce(:until, j.time + 1)
GROUP BY stage, j.code, e.text, engine, x.text, CASE j.reason WHEN '' THEN j.reply ELSE j.reason END
ORDER BY times DESC, reason LIMIT coalesce(:limit, 50);
