-- Orders of the customers of a month over those customers, by who sold.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  count(order_rank) / nullif(count(DISTINCT account_id) FILTER (WHERE order_rank IS NOT NULL), 0)
    AS value,
  count(order_rank) AS num,
  count(DISTINCT account_id) FILTER (WHERE order_rank IS NOT NULL) AS den
FROM facts.order_net
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
