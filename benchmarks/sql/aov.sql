-- Mean net value of the valid orders, by who sold and month.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  sum(value_ordered) FILTER (WHERE is_valid)
    / nullif(count(value_ordered) FILTER (WHERE is_valid), 0) AS value,
  sum(value_ordered) FILTER (WHERE is_valid) AS num,
  count(value_ordered) FILTER (WHERE is_valid) AS den,
  count(*) FILTER (WHERE is_valid) AS n
FROM facts.order_net
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
