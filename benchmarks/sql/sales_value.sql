-- Value of the sales, by the owner at the closing and month.
SELECT
  date_trunc('month', sold_on) AS month,
  sold_agent_id AS agent,
  sum(value_sold) FILTER (WHERE is_sale) AS value,
  count(*) FILTER (WHERE is_sale) AS n,
  count(value_sold) FILTER (WHERE is_sale) AS valued,
  count(*) FILTER (WHERE is_sale AND NOT has_amount) AS excluded_null_amount
FROM facts.sale
WHERE sold_on >= DATE '2023-01-01' AND sold_on < DATE '2026-01-01'
GROUP BY 1, 2
