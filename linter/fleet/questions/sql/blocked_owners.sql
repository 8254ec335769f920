SELECT owner, count(DISTINCT (repository, kind, namespace, name)) AS objects, count(DISTINCT repository) AS repositories
FROM (SELECT coalesce(explode_outer(owners), '(nobody)') AS owner, repository, kind, namespace, name FROM answer)
GROUP BY owner
ORDER BY objects DESC, owner
LIMIT 20
