-- Sales, by the owner at the closing and month.
SELECT
  date_trunc('month', sold_on) AS month,
  sold_agent_id AS agent,
  count(*) FILTER (WHERE is_sale) AS value,
  count(*) FILTER (WHERE is_sale) AS n
FROM facts.sale
WHERE sold_on >= DATE '2023-01-01' AND sold_on < DATE '2026-01-01'
GROUP BY 1, 2
