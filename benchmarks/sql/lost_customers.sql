-- Customers lost, by who won them and month.
SELECT
  date_trunc('month', ended_on) AS month,
  won_agent_id AS agent,
  count(*) FILTER (WHERE is_counted) AS value,
  count(*) FILTER (WHERE is_counted) AS n
FROM facts.customer_spell
WHERE ended_on >= DATE '2023-01-01' AND ended_on < DATE '2026-01-01'
GROUP BY 1, 2
