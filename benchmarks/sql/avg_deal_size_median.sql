-- Median amount of the won opportunities, by the owner at the closing and month.
SELECT
  date_trunc('month', closed_on) AS month,
  closed_agent_id AS agent,
  median(value_closed) FILTER (WHERE is_won AND NOT is_void AND value_closed IS NOT NULL)
    AS value,
  avg(value_closed) FILTER (WHERE is_won AND NOT is_void AND value_closed IS NOT NULL) AS mean,
  count(*) FILTER (WHERE is_won AND NOT is_void AND value_closed IS NOT NULL) AS n,
  count(*) FILTER (WHERE is_won AND is_void) AS excluded_void,
  count(*) FILTER (WHERE is_won AND NOT is_void AND NOT has_amount) AS excluded_null_amount
FROM facts.opportunity
WHERE closed_on >= DATE '2023-01-01' AND closed_on < DATE '2026-01-01'
GROUP BY 1, 2
