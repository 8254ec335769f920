SELECT repository, severity, rule, path, line, kind, namespace, name, message, owners
FROM asked.findings
WHERE suppressed_by IS NULL
QUALIFY row_number() OVER (
  PARTITION BY repository
  ORDER BY CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, path, line, rule, message
) <= $most
ORDER BY repository, path, line, rule, message
