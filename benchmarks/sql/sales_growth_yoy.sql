-- Value of the sales against the same agent's a year before.
WITH sold AS (
  SELECT
    date_trunc('month', sold_on) AS month, sold_agent_id AS agent,
    sum(value_sold) FILTER (WHERE is_sale) AS value,
    count(*) FILTER (WHERE is_sale) AS n,
    count(*) FILTER (WHERE is_sale AND NOT has_amount) AS excluded_null_amount
  FROM facts.sale
  WHERE sold_on >= DATE '2022-01-01' AND sold_on < DATE '2026-01-01'
  GROUP BY 1, 2
)
SELECT
  s.month, s.agent, s.value / nullif(b.value, 0) - 1 AS value, s.value AS num, b.value AS den, s.n,
  s.excluded_null_amount
FROM sold AS s
LEFT JOIN sold AS b ON b.agent = s.agent AND b.month = s.month - INTERVAL 1 YEAR
WHERE s.month >= DATE '2023-01-01'
