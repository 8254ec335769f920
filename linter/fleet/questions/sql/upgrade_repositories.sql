SELECT
  count(*) AS repositories,
  count_if(a.repository IS NULL) AS ready,
  count_if(a.repository IS NOT NULL) AS not_ready
FROM asked.repositories r
LEFT JOIN (SELECT DISTINCT repository FROM answer WHERE change IN ('removed', 'refused')) a USING (repository)
WHERE r.status <> 'failed'
