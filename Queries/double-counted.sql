-- How far counting log lines overstates the mail: messages against hops, recipients' ends against deliveries logged.
-- Filters that hand mail back, and hosts that hand it on, make several hops and deliveries of one message. Messages are
-- those from clients and users; log lines are of the notifications that hosts make, too.
-- :since  UTC microseconds; default: the oldest in the store
-- :until  UTC microseconds, not included; default: the newest in the store
SELECT
  (SELECT count(*) FROM hop NOT INDEXED WHERE message = id AND origin IN (1, 2) AND NOT is_probe AND coalesce(unnamed_outcome, 0) <> 6
    AND accepted >= coalesce(:since, accepted) AND accepted < coalesce(:until, accepted + 1)) AS messages,
  (SELECT count(*) FROM hop
    WHERE accepted >= coalesce(:since, accepted) AND accepted < coalesce(:until, accepted + 1)) AS received_events,
  (SELECT count(*) FROM hop h JOIN hop root ON root.id = h.message CROSS JOIN delivery d ON d.hop = h.id
      JOIN outcome o ON o.id = d.outcome
    WHERE o.name IN ('delivered', 'relayed') AND root.origin <> 3 AND NOT h.is_probe
      AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)) AS recipients_reached,
  (SELECT coalesce(sum(d.count), 0) FROM delivery d JOIN status s ON s.id = d.status
    WHERE s.name = 'sent' AND d.fate <> 1
      AND d.time >= coalesce(:since, d.time) AND d.time < coalesce(:until, d.time + 1)) AS delivered_events;
