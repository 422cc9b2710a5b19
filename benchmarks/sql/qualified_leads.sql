-- Leads qualified, by the owner then and month.
SELECT
  date_trunc('month', qualified_on) AS month,
  qualified_agent_id AS agent,
  count(*) FILTER (WHERE is_qualified) AS value,
  count(*) FILTER (WHERE is_qualified) AS n
FROM facts.lead
WHERE qualified_on >= DATE '2023-01-01' AND qualified_on < DATE '2026-01-01'
GROUP BY 1, 2
