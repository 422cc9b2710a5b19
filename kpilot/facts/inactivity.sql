/* One row per period asked and customer with a valid order in the 730 days before its end or the
   cut-off: how long the customer has been silent, and the limit from which that is inactive.

   Limit (specification §2.8): 30 days or, if more, twice the 90th percentile (type 7) of the days
   between two orders in those 730 days; NULL while nobody has ordered on two days. The percentile
   is read off the counts of each length, so nothing has to be sorted row by row. */
WITH edges AS (
  SELECT bucket, cut_on, cut_day, cut_day - 730 AS from_on FROM facts.window AS w
),
lengths AS (
  SELECT e.bucket, d.gap_days, COUNT(*) AS gaps
  FROM edges AS e
  JOIN facts.order_day AS d ON e.from_on <= d.previous_on AND d.ordered_on < e.cut_on
  GROUP BY e.bucket, d.gap_days
),
upto AS (
  SELECT
    bucket,
    gap_days,
    SUM(gaps) OVER (
      PARTITION BY bucket ORDER BY gap_days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS seen,
    9 * (SUM(gaps) OVER (PARTITION BY bucket) - 1) AS tenths
  FROM lengths
),
placed AS (
  SELECT bucket, gap_days, seen, MOD(tenths, 10) AS past, (tenths - MOD(tenths, 10)) / 10 AS place
  FROM upto
),
sides AS (
  SELECT
    bucket,
    MAX(past) / 10.0 AS past,
    MIN(CASE WHEN seen > place THEN gap_days END) AS low,
    MIN(CASE WHEN seen > place + 1 THEN gap_days END) AS high
  FROM placed
  GROUP BY bucket
),
limits AS (
  SELECT bucket, GREATEST(30.0, 2 * (low + past * (COALESCE(high, low) - low))) AS limit_days
  FROM sides
),
customers AS (
  SELECT e.bucket, e.cut_day, d.account_id, d.ordered_on AS last_on
  FROM edges AS e
  JOIN facts.order_day AS d ON e.from_on <= d.ordered_on AND d.ordered_on < e.cut_on
  WHERE d.next_on IS NULL OR e.cut_on <= d.next_on
)
SELECT
  c.bucket,
  c.account_id AS id,
  b.name, b.source, b.load_id,
  c.last_on AS last_ordered_on,
  c.cut_day - c.last_on AS silent_days,
  m.limit_days,
  m.limit_days IS NOT NULL AS knows_limit,
  COALESCE(c.cut_day - c.last_on > m.limit_days, FALSE) AS is_inactive,
  b.first_agent_id, b.won_agent_id, b.current_agent_id,
  b.first_team_id, b.won_team_id, b.current_team_id,
  c.account_id, b.cohort_month, b.channel_id, b.campaign_id, b.segment, b.industry, b.country
FROM customers AS c
JOIN facts.buyer AS b ON b.account_id = c.account_id
LEFT JOIN limits AS m ON m.bucket = c.bucket
