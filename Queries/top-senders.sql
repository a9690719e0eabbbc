-- Senders by number of messages received from them, and their bytes. Each message counts once, however many hops it has.
-- :since   UTC microseconds; default: the oldest in the store
-- :until   UTC microseconds, not included; default: the newest in the store
-- :domain  only senders of this domain; default: all
-- :limit   rows; default: 20
SELECT count(*) AS messages, sum(coalesce(h.size, 0)) AS bytes,
  -- Of two addresses that differ in case the domains are the same, the local parts are not (RFC 5321 §2.4).
  substr(a.address, 1, instr(a.address, '@')) || lower(substr(a.address, instr(a.address, '@') + 1)) AS sender
FROM hop h NOT INDEXED JOIN address a ON a.id = h.sender LEFT JOIN domain m ON m.id = a.domain
WHERE h.message = h.id AND h.origin IN (1, 2) AND NOT h.is_probe AND h.accepted IS NOT NULL
  AND coalesce(h.unnamed_outcome, 0) <> (SELECT id FROM outcome WHERE name = 'rejected')
  AND h.accepted >= coalesce(:since, h.accepted) AND h.accepted < coalesce(:until, h.accepted + 1)
  AND (:domain IS NULL OR m.name = lower(:domain))
GROUP BY 3
ORDER BY messages DESC, bytes DESC, sender LIMIT coalesce(:limit, 20);
