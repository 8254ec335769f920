SELECT
  owner, count(DISTINCT repository) AS repositories, count_if(change = 'removed') AS removed, count_if(change = 'refused') AS refused,
  count_if(change = 'differs') AS differs, count_if(change = 'deprecated') AS deprecated
FROM (SELECT coalesce(explode_outer(owners), '(nobody)') AS owner, change, repository FROM answer)
GROUP BY owner
ORDER BY removed + refused DESC, differs DESC, deprecated DESC, owner
LIMIT 20
