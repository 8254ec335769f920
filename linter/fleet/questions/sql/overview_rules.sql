SELECT
  rule, count(*) AS findings, count_if(severity = 'error') AS errors, count_if(severity = 'warning') AS warnings,
  count_if(severity = 'info') AS infos, count(DISTINCT repository) AS repositories
FROM asked.findings
WHERE suppressed_by IS NULL
GROUP BY rule
ORDER BY errors DESC, warnings DESC, infos DESC, rule
