-- Value of the opportunities created, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  sum(value_created) FILTER (WHERE NOT is_void) AS value,
  count(*) FILTER (WHERE NOT is_void) AS n,
  count(value_created) FILTER (WHERE NOT is_void) AS valued,
  count(*) FILTER (WHERE is_void) AS excluded_void,
  count(*) FILTER (WHERE NOT is_void AND NOT has_amount) AS excluded_null_amount
FROM facts.opportunity
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
