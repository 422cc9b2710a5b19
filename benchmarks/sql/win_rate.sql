-- Won of the closed, by the owner at the closing and month.
SELECT
  date_trunc('month', closed_on) AS month,
  closed_agent_id AS agent,
  count(*) FILTER (WHERE is_won AND NOT is_void)
    / nullif(count(*) FILTER (WHERE NOT is_void), 0) AS value,
  count(*) FILTER (WHERE is_won AND NOT is_void) AS num,
  count(*) FILTER (WHERE NOT is_void) AS den,
  count(*) FILTER (WHERE is_void) AS excluded_void
FROM facts.opportunity
WHERE closed_on >= DATE '2023-01-01' AND closed_on < DATE '2026-01-01'
GROUP BY 1, 2
