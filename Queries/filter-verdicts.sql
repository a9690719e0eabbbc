-- What each filter decided, how often, and the scores it gave.
-- :since   UTC microseconds; default: the oldest in the store
-- :until   UTC microseconds, not included; default: the newest in the store
-- :engine  only this filter; default: all
SELECT n.text AS engine, a.text AS action, sum(v.count) AS times, round(min(v.score) / 1e6, 2) AS least_score,
  round(avg(v.score) / 1e6, 2) AS mean_score, round(max(v.score) / 1e6, 2) AS greatest_score, host.name AS host
FROM verdict v JOIN event e ON e.id = v.event JOIN host ON host.id = v.host
  LEFT JOIN word n ON n.id = v.engine LEFT JOIN word a ON a.id = v.action
WHERE e.name = 'filter' AND v.time >= coalesce(:since, v.time) AND v.time < coalesce(:until, v.time + 1)
  AND (:engine IS NULL OR n.text = :engine)
GROUP BY n.text, a.text, host.name ORDER BY engine, times DESC, action;
