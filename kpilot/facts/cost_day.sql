/* One row per cost and calendar day that it is spread over, of the days seen at :as_of
   (specification §1, cost; rule G5: each day at its own rate).

   From the start to the day before the end, in equal parts that add up to the amount to the last
   digit. A cost without an end falls on its first day; `has_days` is false, and the amount
   unknown, for one that ends before it starts. Channel: its own, else its campaign's. `lacks_…`:
   no cost of marketing or sales is of that category. */
WITH digits AS (
  SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
numbers AS (
  SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
  FROM digits AS a
  CROSS JOIN digits AS b
  CROSS JOIN digits AS c
  CROSS JOIN digits AS e
  CROSS JOIN digits AS f
),
costs AS (
  SELECT
    id, source, load_id, category, function, amount, channel_id, campaign_id, team_id, start_date,
    NULLIF(currency, '') AS said_money,
    COALESCE(NULLIF(currency, ''), :currency) AS money,
    COALESCE(end_date >= start_date, TRUE) AS has_days,
    CASE WHEN end_date > start_date THEN end_date - start_date ELSE 1 END AS days,
    CASE WHEN end_date > start_date AND end_date < :as_of_day THEN end_date - start_date
      WHEN end_date > start_date THEN :as_of_day - start_date ELSE 1 END AS days_seen
  FROM cost
  WHERE start_date < :as_of_day
    AND COALESCE(is_test, FALSE) = FALSE
    AND merged_into_id IS NULL
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
),
known AS (
  SELECT
    COALESCE(SUM(CASE WHEN category = 'salary' THEN 1 ELSE 0 END), 0) = 0 AS lacks_salaries,
    COALESCE(SUM(CASE WHEN category = 'ads' THEN 1 ELSE 0 END), 0) = 0 AS lacks_ads,
    COALESCE(SUM(CASE WHEN category = 'commission' THEN 1 ELSE 0 END), 0) = 0
      AS lacks_commissions,
    COALESCE(SUM(CASE WHEN category = 'tools' THEN 1 ELSE 0 END), 0) = 0 AS lacks_tools,
    COALESCE(SUM(CASE WHEN category = 'overhead' THEN 1 ELSE 0 END), 0) = 0 AS lacks_overhead
  FROM costs
  WHERE function IN ('marketing', 'sales')
),
longest AS (
  SELECT MAX(days_seen) AS days FROM costs
),
steps AS (
  SELECT n.n FROM numbers AS n JOIN longest AS m ON n.n < m.days
),
sized AS (
  SELECT
    *,
    COALESCE(ABS(amount) >= 90000000000, FALSE) AS is_huge,
    CAST(CASE WHEN ABS(amount) >= 90000000000 THEN 0 ELSE amount END * 100000000 AS BIGINT)
      AS digits
  FROM costs
),
counted AS (
  SELECT
    *,
    MOD(digits, days) AS rest,
    CAST((digits - MOD(digits, days)) / days AS BIGINT) AS each
  FROM sized
),
spread AS (
  SELECT
    c.*,
    c.start_date + s.n AS day,
    -- hundred-millionths are whole numbers: those that are left over go to the first days;
    -- those of 90 billion and more are too many to count
    CASE WHEN c.is_huge THEN CAST(c.amount / c.days AS DECIMAL(28, 8)) ELSE CAST(
      CAST(c.each + CASE WHEN s.n < ABS(c.rest) THEN SIGN(c.rest) ELSE 0 END AS DECIMAL(18, 0))
        * CAST('0.00000001' AS DECIMAL(9, 8)) AS DECIMAL(28, 8)
    ) END AS part
  FROM counted AS c
  JOIN steps AS s ON s.n < c.days_seen
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
money_days AS (
  SELECT DISTINCT money, day FROM spread WHERE money <> :currency
),
day_rates AS (
  SELECT d.money, d.day, COALESCE(MAX(f.rate), MAX(i.rate)) AS rate
  FROM money_days AS d
  LEFT JOIN rates AS f ON f.money = d.money AND f.valid_from <= d.day AND d.day < f.valid_to
  LEFT JOIN inverse_rates AS i
    ON i.money = d.money AND i.valid_from <= d.day AND d.day < i.valid_to
  GROUP BY d.money, d.day
)
SELECT
  s.id,
  CAST(NULL AS VARCHAR) AS name,
  s.source,
  s.load_id,
  s.day AS cost_on,
  s.category,
  s.function,
  COALESCE(s.function IN ('marketing', 'sales'), FALSE) AS is_acquisition,
  COALESCE(s.category = 'ads', FALSE) AS is_ads,
  s.has_days,
  s.amount IS NOT NULL AND s.has_days AS has_amount,
  s.part AS amount,
  s.money AS currency,
  CASE WHEN NOT s.has_days THEN NULL
    WHEN s.money = :currency THEN CAST(s.part AS DECIMAL(28, 8))
    ELSE CAST(s.part * r.rate AS DECIMAL(28, 8)) END AS value_cost,
  s.said_money IS NULL AND s.amount IS NOT NULL AS currency_is_assumed,
  k.lacks_salaries, k.lacks_ads, k.lacks_commissions, k.lacks_tools, k.lacks_overhead,
  '(unassigned)' AS first_agent_id,
  '(unassigned)' AS cost_agent_id,
  '(unassigned)' AS current_agent_id,
  COALESCE(s.team_id, '(none)') AS first_team_id,
  COALESCE(s.team_id, '(none)') AS cost_team_id,
  COALESCE(s.team_id, '(none)') AS current_team_id,
  COALESCE(s.channel_id, g.channel_id, '(none)') AS channel_id,
  COALESCE(s.campaign_id, '(none)') AS campaign_id
FROM spread AS s
CROSS JOIN known AS k
LEFT JOIN campaign AS g ON g.id = s.campaign_id
LEFT JOIN day_rates AS r ON r.money = s.money AND r.day = s.day
ORDER BY cost_on
