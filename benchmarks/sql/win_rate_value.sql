-- Won value of the closed value, by the owner at the closing and month.
SELECT
  date_trunc('month', closed_on) AS month,
  closed_agent_id AS agent,
  sum(value_closed) FILTER (WHERE is_won AND NOT is_void)
    / nullif(sum(value_closed) FILTER (WHERE NOT is_void), 0) AS value,
  sum(value_closed) FILTER (WHERE is_won AND NOT is_void) AS num,
  sum(value_closed) FILTER (WHERE NOT is_void) AS den,
  count(*) FILTER (WHERE NOT is_void) AS n,
  count(*) FILTER (WHERE is_won AND NOT is_void) AS rows_won,
  count(*) FILTER (WHERE is_won AND NOT is_void AND has_amount) AS rows_won_with_amount,
  count(*) FILTER (WHERE is_lost AND NOT is_void) AS rows_lost,
  count(*) FILTER (WHERE is_lost AND NOT is_void AND has_amount) AS rows_lost_with_amount,
  count(*) FILTER (WHERE is_void) AS excluded_void,
  count(*) FILTER (WHERE NOT is_void AND NOT has_amount) AS excluded_null_amount
FROM facts.opportunity
WHERE closed_on >= DATE '2023-01-01' AND closed_on < DATE '2026-01-01'
GROUP BY 1, 2
