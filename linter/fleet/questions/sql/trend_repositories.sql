SELECT state, count(*) AS repositories
FROM (
  SELECT
    CASE
      WHEN was.repository IS NULL THEN 'only in this run'
      WHEN now.repository IS NULL THEN 'only in the earlier run'
      WHEN now.status = 'failed' OR was.status = 'failed' THEN 'failed in one of them'
      WHEN now.result = was.result THEN 'the same content'
      ELSE 'changed'
    END AS state
  FROM asked.repositories now FULL JOIN before.repositories was USING (repository)
)
GROUP BY state
ORDER BY repositories DESC, state
