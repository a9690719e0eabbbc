-- What the checkers said of DKIM signatures, by signing domain and selector.
-- :since   UTC microseconds; default: the oldest in the store
-- :until   UTC microseconds, not included; default: the newest in the store
-- :domain  only this signing domain; default: all
WITH
  checked AS (
    SELECT v.count AS n, coalesce(n.text, p.text) AS engine,
      lower(json_extract(r.value, '$.domain')) AS domain, json_extract(r.value, '$.selector') AS selector,
      json_extract(r.value, '$.result') AS result, json_extract(r.value, '$.reason') AS reason
    FROM verdict v JOIN word p ON p.id = v.program, json_each(v.results) r LEFT JOIN word n ON n.id = v.engine
    WHERE v.results IS NOT NULL AND json_extract(r.value, '$.method') = 'dkim'
      AND coalesce(json_extract(r.value, '$.result'), '') <> ''
      AND v.time >= coalesce(:since, v.time) AND v.time < coalesce(:until, v.time + 1)
  )
SELECT sum(n) AS times, domain, selector, result, engine, min(reason) AS reason
FROM checked WHERE :domain IS NULL OR domain = lower(:domain)
GROUP BY domain, selector, result, engine ORDER BY times DESC, domain, selector, result;
