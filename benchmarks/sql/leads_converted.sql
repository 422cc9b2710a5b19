-- Leads converted, by the owner then and month.
SELECT
  date_trunc('month', converted_on) AS month,
  converted_agent_id AS agent,
  count(*) FILTER (WHERE is_converted) AS value,
  count(*) FILTER (WHERE is_converted) AS n
FROM facts.lead
WHERE converted_on >= DATE '2023-01-01' AND converted_on < DATE '2026-01-01'
GROUP BY 1, 2
