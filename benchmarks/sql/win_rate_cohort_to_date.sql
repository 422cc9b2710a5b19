-- Opportunities won so far, by first owner and month of creation.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE NOT is_void AND is_won)
    / nullif(count(*) FILTER (WHERE NOT is_void), 0) AS value,
  count(*) FILTER (WHERE NOT is_void AND is_won) AS num,
  count(*) FILTER (WHERE NOT is_void) AS den,
  count(*) FILTER (WHERE is_void) AS excluded_void
FROM facts.opportunity
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
