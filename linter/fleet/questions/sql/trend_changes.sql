WITH counted AS (
  SELECT change, severity FROM answer
  UNION ALL
  SELECT 'unchanged', now.severity
  FROM asked.findings now
  SEMI JOIN (SELECT * FROM before.findings WHERE suppressed_by IS NULL) was USING (repository, fingerprint)
  WHERE now.suppressed_by IS NULL
)
SELECT
  change, count_if(severity = 'error') AS errors, count_if(severity = 'warning') AS warnings, count_if(severity = 'info') AS infos
FROM (FROM counted UNION ALL SELECT unnest(['new', 'gone', 'unchanged']), NULL)
GROUP BY change
ORDER BY CASE change WHEN 'new' THEN 1 WHEN 'gone' THEN 2 ELSE 3 END
