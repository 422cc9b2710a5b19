-- Value of the sales over the agents' monthly targets.
WITH sold AS (
  SELECT
    date_trunc('month', sold_on) AS month, sold_agent_id AS agent,
    sum(value_sold) FILTER (WHERE is_sale) AS value,
    count(*) FILTER (WHERE is_sale) AS n
  FROM facts.sale
  WHERE sold_on >= DATE '2023-01-01' AND sold_on < DATE '2026-01-01'
  GROUP BY 1, 2
),
aimed AS (
  SELECT CAST(period || '-01' AS DATE) AS month, scope_id AS agent, sum(value) AS value
  FROM target
  WHERE scope_type = 'agent' AND kpi_id = 'sales_value'
  GROUP BY 1, 2
)
SELECT
  a.month, a.agent, coalesce(s.value, 0) / nullif(a.value, 0) AS value,
  coalesce(s.value, 0) AS num, a.value AS den, coalesce(s.n, 0) AS n
FROM aimed AS a
LEFT JOIN sold AS s ON s.month = a.month AND s.agent = a.agent
