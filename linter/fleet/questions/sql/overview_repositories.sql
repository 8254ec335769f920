WITH
blocked AS (
  SELECT
    repository, count(DISTINCT (kind, namespace, name)) FILTER (WHERE hazard = 'rollout') AS stuck,
    count(DISTINCT (kind, namespace, name)) FILTER (WHERE hazard = 'drain') AS drains
  FROM asked.hazards
  WHERE blocks
  GROUP BY repository
),
found AS (SELECT repository, count(*) AS findings FROM asked.findings WHERE suppressed_by IS NULL GROUP BY repository)
SELECT
  repository, status, error, kubernetes_version, revision, resources, errors, warnings, infos, coalesce(stuck, 0) AS stuck,
  coalesce(drains, 0) AS drains, coalesce(findings, 0) AS findings
FROM asked.repositories
LEFT JOIN blocked USING (repository)
LEFT JOIN found USING (repository)
ORDER BY errors DESC, stuck + drains DESC, warnings DESC, infos DESC, repository
