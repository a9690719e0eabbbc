-- Which TLS versions and ciphers clients used, and how many sessions went without.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
SELECT count(*) AS sessions, coalesce(v.text, 'none') AS version, w.text AS cipher, s.tls_bits AS bits,
  count(DISTINCT s.client) AS clients
FROM session s LEFT JOIN word v ON v.id = s.tls_version LEFT JOIN word w ON w.id = s.tls_cipher
WHERE s.second >= coalesce(:since / 1000000, s.second) AND s.second < coalesce(:until / 1000000, s.second + 1)
GROUP BY v.text, w.text, s.tls_bits ORDER BY sessions DESC, version, cipher;
