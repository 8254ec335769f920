-- What came and what went between two runs, in repositories that both could judge.
WITH
both_judged AS (
  SELECT repository
  FROM asked.repositories now JOIN before.repositories was USING (repository)
  WHERE now.status <> 'failed' AND was.status <> 'failed'
),
now AS (SELECT * FROM asked.findings SEMI JOIN both_judged USING (repository) WHERE suppressed_by IS NULL),
was AS (SELECT * FROM before.findings SEMI JOIN both_judged USING (repository) WHERE suppressed_by IS NULL)
SELECT change, severity, repository, owners, kind, namespace, name, path, line, rule, message
FROM (
  SELECT 'new' AS change, * FROM now ANTI JOIN was USING (repository, fingerprint)
  UNION ALL
  SELECT 'gone' AS change, * FROM was ANTI JOIN now USING (repository, fingerprint)
)
ORDER BY
  change = 'gone', CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, repository, path, line, rule, message
