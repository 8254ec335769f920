SELECT
  count(*) AS objects, count_if(judged = 'full') AS in_full, count_if(judged = 'schema') AS by_schema,
  count_if(judged = 'unchecked') AS not_at_all, count_if(judged IN ('refused', 'malformed')) AS refused
FROM asked.objects
