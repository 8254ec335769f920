-- What a Kubernetes version refuses, no longer serves, serves for the last time, and does otherwise than the one before.
WITH
was AS (SELECT DISTINCT repository, fingerprint FROM before.findings WHERE suppressed_by IS NULL),
compared AS (SELECT repository FROM before.repositories WHERE status <> 'failed'),
now AS (
  SELECT f.*,
    CASE
      WHEN c.repository IS NULL THEN 'at ' || f.kubernetes_version
      WHEN w.fingerprint IS NULL THEN 'from ' || f.kubernetes_version
      ELSE 'already at ' || $base
    END AS applies,
    CASE
      WHEN f.rule = 'removed-api' THEN 'removed'
      WHEN f.group = 'api' AND f.severity = 'error' THEN 'refused'
      WHEN f.rule IN (
        'deprecated-annotations', 'deprecated-api', 'deprecated-node-label', 'deprecated-service-account-field',
        'endpoint-names-deprecated', 'enforce-mountable-secrets', 'external-ips-deprecated', 'ingress-class-annotation',
        'node-external-id', 'prefer-close-deprecated', 'recycle-policy', 'retired-volume-type', 'topology-hints-deprecated'
      ) THEN 'deprecated'
      WHEN c.repository IS NOT NULL AND w.fingerprint IS NULL THEN 'differs'
    END AS change
  FROM asked.findings f
  LEFT JOIN compared c USING (repository)
  LEFT JOIN was w USING (repository, fingerprint)
  WHERE f.suppressed_by IS NULL
),
-- What was true of the version before alone, such as a field that it ignored and that now counts.
gone AS (
  SELECT f.*, 'until ' || f.kubernetes_version AS applies, 'differs' AS change
  FROM before.findings f
  SEMI JOIN (SELECT repository FROM asked.repositories WHERE status <> 'failed') USING (repository)
  ANTI JOIN (SELECT repository, fingerprint FROM asked.findings) USING (repository, fingerprint)
  WHERE f.suppressed_by IS NULL AND f.rule <> 'deprecated-api' -- what was deprecated is removed now, which is said already
)
SELECT change, applies, repository, owners, kind, namespace, name, path, line, rule, message
FROM (FROM now UNION ALL FROM gone)
WHERE change IS NOT NULL
ORDER BY
  CASE change WHEN 'removed' THEN 1 WHEN 'refused' THEN 2 WHEN 'differs' THEN 3 ELSE 4 END,
  NOT starts_with(applies, 'from '), repository, path, line, rule, message
