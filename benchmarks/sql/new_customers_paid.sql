-- Customers won through paid channels, by who won them and month.
SELECT
  date_trunc('month', became_customer_on) AS month,
  won_agent_id AS agent,
  count(*) FILTER (WHERE is_paid) AS value,
  count(*) FILTER (WHERE is_paid) AS n
FROM facts.customer
WHERE became_customer_on >= DATE '2023-01-01' AND became_customer_on < DATE '2026-01-01'
GROUP BY 1, 2
