-- What an eviction does not get over: budgets that allow none, and nodes of a cluster that would not become empty.
SELECT repository, owners, kind, namespace, name, apply_set, path, line, source, rule, message
FROM asked.hazards
WHERE hazard = 'drain' AND blocks
ORDER BY repository, path, line, kind, namespace, name, apply_set, source, rule, message
