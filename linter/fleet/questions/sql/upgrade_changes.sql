SELECT
  change, count(*) AS findings, count(DISTINCT (repository, path, kind, namespace, name)) AS objects,
  count(DISTINCT repository) AS repositories, count_if(starts_with(applies, 'from ')) AS new
FROM answer
GROUP BY change
ORDER BY CASE change WHEN 'removed' THEN 1 WHEN 'refused' THEN 2 WHEN 'differs' THEN 3 ELSE 4 END
