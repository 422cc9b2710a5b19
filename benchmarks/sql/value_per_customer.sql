-- Value ordered over the customers who ordered, by who sold and month.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  sum(value_ordered) FILTER (WHERE order_rank IS NOT NULL)
    / nullif(count(DISTINCT account_id)
      FILTER (WHERE order_rank IS NOT NULL AND value_ordered IS NOT NULL), 0) AS value,
  sum(value_ordered) FILTER (WHERE order_rank IS NOT NULL) AS num,
  count(DISTINCT account_id)
    FILTER (WHERE order_rank IS NOT NULL AND value_ordered IS NOT NULL) AS den,
  count(order_rank) AS n
FROM facts.order_net
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
