SELECT rule, count(DISTINCT (repository, kind, namespace, name)) AS objects, count(DISTINCT repository) AS repositories
FROM answer
GROUP BY rule
ORDER BY objects DESC, rule
