-- Customers that came back, by who won them and month.
SELECT
  date_trunc('month', started_on) AS month,
  won_agent_id AS agent,
  count(*) FILTER (WHERE is_counted AND is_return) AS value,
  count(*) FILTER (WHERE is_counted AND is_return) AS n
FROM facts.customer_spell
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
