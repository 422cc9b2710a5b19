-- First orders followed by another so far, by who sold and month.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  count(*) FILTER (WHERE order_rank = 1 AND days_to_next IS NOT NULL)
    / nullif(count(*) FILTER (WHERE order_rank = 1), 0) AS value,
  count(*) FILTER (WHERE order_rank = 1 AND days_to_next IS NOT NULL) AS num,
  count(*) FILTER (WHERE order_rank = 1) AS den
FROM facts.order_net
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
