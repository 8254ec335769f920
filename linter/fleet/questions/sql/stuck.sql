-- Rollouts that would not come to an end: as a rule finds, as a simulated restart comes to, or as the change does that was planned.
WITH places AS (
  SELECT repository, kubernetes_version, apply_set, kind, namespace, name, min(path) AS path, min(line) AS line, any_value(owners) AS owners
  FROM asked.objects
  GROUP BY ALL
)
SELECT repository, owners, kind, namespace, name, apply_set, path, line, source, rule, message
FROM (
  SELECT repository, owners, kind, namespace, name, apply_set, path, line, source, rule, message
  FROM asked.hazards
  WHERE hazard = 'rollout' AND blocks
  UNION ALL
  SELECT repository, o.owners, kind, namespace, name, apply_set, o.path, o.line, 'change', 'stuck', stuck
  FROM asked.plans JOIN places o USING (repository, kubernetes_version, apply_set, kind, namespace, name)
  WHERE NOT completes
)
ORDER BY repository, path, line, kind, namespace, name, apply_set, source, rule, message
