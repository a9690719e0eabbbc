-- Lines that no parser knew, by template: the ones to report, or to write a parser for.
-- :limit  rows; default: 100
SELECT sum(t.count) AS lines, t.template, min(t.example) AS example, min(s.path) AS source, min(t.line) AS line
FROM template t JOIN source s ON s.id = t.source
GROUP BY t.template ORDER BY lines DESC, t.template LIMIT coalesce(:limit, 100);
