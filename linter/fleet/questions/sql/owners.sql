-- Findings by who owns the file; one that several own counts for each of them.
WITH
found AS (
  SELECT
    coalesce(explode_outer(owners), '(nobody)') AS owner, repository, severity = 'error' AS error, severity = 'warning' AS warning,
    severity = 'info' AS info, false AS stuck, false AS drain, false AS object
  FROM asked.findings WHERE suppressed_by IS NULL
  UNION ALL
  SELECT
    coalesce(explode_outer(owners), '(nobody)'), repository, false, false, false, hazard = 'rollout', hazard = 'drain', false
  FROM (SELECT DISTINCT repository, owners, hazard, kind, namespace, name FROM asked.hazards WHERE blocks)
  UNION ALL
  SELECT coalesce(explode_outer(owners), '(nobody)'), repository, false, false, false, false, false, true
  FROM (SELECT DISTINCT repository, owners, path, kind, namespace, name FROM asked.objects)
)
SELECT
  owner, count(DISTINCT repository) AS repositories, count_if(object) AS objects, count_if(error) AS errors,
  count_if(warning) AS warnings, count_if(info) AS infos, count_if(stuck) AS stuck, count_if(drain) AS drains
FROM found
GROUP BY owner
ORDER BY errors DESC, warnings DESC, infos DESC, owner
