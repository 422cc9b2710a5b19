-- Costs of marketing and sales, by channel and month.
SELECT
  date_trunc('month', cost_on) AS month,
  channel_id AS channel,
  sum(value_cost) FILTER (WHERE is_acquisition) AS value,
  count(*) FILTER (WHERE is_acquisition) AS n,
  count(value_cost) FILTER (WHERE is_acquisition) AS valued
FROM facts.cost_day
WHERE cost_on >= DATE '2023-01-01' AND cost_on < DATE '2026-01-01'
GROUP BY 1, 2
