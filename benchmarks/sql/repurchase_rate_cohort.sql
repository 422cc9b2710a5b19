-- First orders followed by another within 90 days, by who sold and month.
SELECT
  date_trunc('month', ordered_on) AS month,
  sold_agent_id AS agent,
  count(*) FILTER (WHERE order_rank = 1 AND seen_days >= 90 AND days_to_next < 90)
    / nullif(count(*) FILTER (WHERE order_rank = 1 AND seen_days >= 90), 0) AS value,
  count(*) FILTER (WHERE order_rank = 1 AND seen_days >= 90 AND days_to_next < 90) AS num,
  count(*) FILTER (WHERE order_rank = 1 AND seen_days >= 90) AS den
FROM facts.order_net
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2026-01-01'
GROUP BY 1, 2
