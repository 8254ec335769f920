-- What each version that the run was judged for refuses, no longer serves and deprecates.
SELECT
  r.kubernetes_version, count(DISTINCT r.repository) AS repositories, count(DISTINCT f.repository) FILTER (WHERE f.severity = 'error') AS not_ready,
  count_if(f.rule = 'removed-api') AS removed, count_if(f.severity = 'error' AND f.rule <> 'removed-api') AS refused,
  count_if(f.rule = 'deprecated-api') AS deprecated
FROM repositories r
LEFT JOIN findings f
  ON f.run = r.run AND f.repository = r.repository AND f.kubernetes_version = r.kubernetes_version AND f.group = 'api' AND f.suppressed_by IS NULL
WHERE r.run = $run AND r.status <> 'failed'
GROUP BY r.kubernetes_version
ORDER BY r.kubernetes_version
