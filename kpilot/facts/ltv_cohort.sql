/* One row per period asked, account that became a customer in it, and age in months that it has
   reached by :as_of: what it brought up to that age, net of refunds on their dates
   (`ltv_historical`, specification §2.9).

   Ages: each month of the first year, then 18, 24, 36, 48 and 60. Margin: the setting
   gross_margin, else that of all order lines whose cost is known; NULL when there is neither. */
WITH ages AS (
  SELECT 1 AS age UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
  UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
  UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12 UNION ALL SELECT 18
  UNION ALL SELECT 24 UNION ALL SELECT 36 UNION ALL SELECT 48 UNION ALL SELECT 60
),
margins AS (
  SELECT CASE
    WHEN :gross_margin > 0 THEN :gross_margin
    ELSE CAST(SUM(value_net - value_cost) AS DOUBLE) / NULLIF(CAST(SUM(value_net) AS DOUBLE), 0)
  END AS margin
  FROM facts.order_margin
  WHERE value_net IS NOT NULL AND value_cost IS NOT NULL
),
cohort AS (
  SELECT
    w.bucket,
    c.account_id,
    12 * (EXTRACT(YEAR FROM :as_of_day) - EXTRACT(YEAR FROM c.became_customer_on))
      + EXTRACT(MONTH FROM :as_of_day) - EXTRACT(MONTH FROM c.became_customer_on)
      - CASE WHEN EXTRACT(DAY FROM :as_of_day) < EXTRACT(DAY FROM c.became_customer_on)
        THEN 1 ELSE 0 END AS months
  FROM facts.window AS w
  JOIN facts.customer AS c
    ON w.start_on <= c.became_customer_on AND c.became_customer_on < w.end_on
),
brought AS (
  SELECT
    c.bucket,
    c.account_id,
    g.age,
    SUM(b.value) OVER ages_so_far AS value,
    MAX(b.lacks_rate) OVER ages_so_far AS lacks_rate
  FROM cohort AS c
  JOIN ages AS g ON g.age <= c.months
  LEFT JOIN facts.customer_age AS b ON b.account_id = c.account_id AND b.age = g.age
  WINDOW ages_so_far AS (
    PARTITION BY c.bucket, c.account_id ORDER BY g.age
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
)
SELECT
  b.bucket,
  c.id, c.name, c.source, c.load_id,
  c.became_customer_on,
  CASE WHEN b.age < 10 THEN '0' ELSE '' END || CAST(b.age AS VARCHAR) AS age_months,
  CAST(COALESCE(b.value, 0) AS DECIMAL(28, 8)) AS value_revenue,
  CAST(COALESCE(b.value, 0) * m.margin AS DECIMAL(28, 8)) AS value_margin,
  m.margin IS NOT NULL AS has_margin,
  COALESCE(b.lacks_rate, 0) = 1 AS lacks_rate,
  c.first_agent_id, c.won_agent_id, c.current_agent_id,
  c.first_team_id, c.won_team_id, c.current_team_id,
  c.account_id, c.cohort_month, c.channel_id, c.campaign_id, c.segment, c.industry, c.country
FROM brought AS b
JOIN facts.customer AS c ON c.account_id = b.account_id
CROSS JOIN margins AS m
