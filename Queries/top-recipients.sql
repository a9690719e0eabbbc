-- Recipients by number of messages that reached them (delivered, or relayed to a host whose log is not here).
-- :since   UTC microseconds; default: the oldest in the store
-- :until   UTC microseconds, not included; default: the newest in the store
-- :domain  only recipients of this domain; default: all
-- :limit   rows; default: 20
SELECT count(*) AS messages, sum(coalesce(h.size, 0)) AS bytes,
  -- Of two addresses that differ in case the domains are the same, the local parts are not (RFC 5321 §2.4).
  substr(a.address, 1, instr(a.address, '@')) || lower(substr(a.address, instr(a.address, '@') + 1)) AS recipient
FROM hop h JOIN hop root ON root.id = h.message CROSS JOIN delivery d ON d.hop = h.id JOIN address a ON a.id = d.recipient
  LEFT JOIN domain m ON m.id = a.domain JOIN outcome o ON o.id = d.outcome
WHERE o.name IN ('delivered', 'relayed') AND root.origin <> 3 AND NOT h.is_probe
  AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)
  AND (:domain IS NULL OR m.name = lower(:domain))
GROUP BY 3
ORDER BY messages DESC, bytes DESC, recipient LIMIT coalesce(:limit, 20);
