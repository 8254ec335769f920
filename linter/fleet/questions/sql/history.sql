SELECT
  r.run, any_value(r.time) AS time, any_value(r.podplan) AS podplan, count(DISTINCT t.repository) AS repositories,
  count(DISTINCT t.repository) FILTER (WHERE t.status = 'failed') AS failed, sum(t.errors)::BIGINT AS errors,
  sum(t.warnings)::BIGINT AS warnings, sum(t.infos)::BIGINT AS infos
FROM runs r
LEFT JOIN (
  FROM repositories
  QUALIFY row_number() OVER (PARTITION BY run, repository ORDER BY kubernetes_version DESC) = 1
) t ON t.run = r.run
GROUP BY r.run
ORDER BY time, r.run
