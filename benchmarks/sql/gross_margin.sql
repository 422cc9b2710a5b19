-- Margin over value of the order lines whose cost is known, by who sold and month.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  sum(value_net - value_cost) FILTER (WHERE has_amount)
    / nullif(sum(value_net)
      FILTER (WHERE has_amount AND value_net IS NOT NULL AND value_cost IS NOT NULL), 0) AS value,
  sum(value_net - value_cost) FILTER (WHERE has_amount) AS num,
  sum(value_net)
    FILTER (WHERE has_amount AND value_net IS NOT NULL AND value_cost IS NOT NULL) AS den,
  count(*) FILTER (WHERE has_amount) AS n,
  count(*) FILTER (WHERE NOT has_amount) AS excluded_null_amount,
  count(*)
    FILTER (WHERE has_amount AND value_net IS NOT NULL AND value_cost IS NOT NULL) AS valued,
  count(*) FILTER (WHERE value_net IS NOT NULL) AS lines,
  count(*) FILTER (WHERE value_net IS NOT NULL AND has_amount) AS lines_with_cost
FROM facts.order_margin
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
