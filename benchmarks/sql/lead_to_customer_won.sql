-- Customers won from leads, by the owner then and month.
SELECT
  date_trunc('month', won_on) AS month,
  won_agent_id AS agent,
  count(*) FILTER (WHERE is_customer AND NOT is_existing) AS value,
  count(*) FILTER (WHERE is_customer AND NOT is_existing) AS n,
  count(*) FILTER (WHERE is_customer AND is_existing) AS excluded_existing
FROM facts.lead
WHERE won_on >= DATE '2023-01-01' AND won_on < DATE '2026-01-01'
GROUP BY 1, 2
