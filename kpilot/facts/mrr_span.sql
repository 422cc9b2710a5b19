/* One row per account, currency and stretch of days with one monthly recurring revenue, visible at
   :as_of: its subscriptions added up, so that they net out per customer (specification §2.8).

   A row of subscription_mrr holds until the next one of the same subscription (or, without a
   subscription, of the account) and no longer than the subscription itself. In force at the last
   instant before a day t: `valid_from < t AND t <= valid_to`. Stretches at zero have no row. */
WITH steps AS (
  SELECT
    COALESCE(a.anchor_id, m.account_id, s.account_id) AS account_id,
    COALESCE(NULLIF(m.currency, ''), NULLIF(s.currency, ''), :currency) AS money,
    m.mrr,
    m.from_date,
    COALESCE(s.ended_on, CAST(s.ended_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
      AS ended_on,
    LEAD(m.from_date) OVER (
      PARTITION BY m.subscription_id, CASE WHEN m.subscription_id IS NULL THEN m.account_id END
      ORDER BY m.from_date, m.load_id, m.account_id, m.currency, m.mrr
    ) AS next_date
  FROM subscription_mrr AS m
  LEFT JOIN subscription AS s ON s.id = m.subscription_id
  LEFT JOIN facts.account_anchor AS a ON a.account_id = COALESCE(m.account_id, s.account_id)
  WHERE m.from_date < :as_of_day
    AND m.mrr IS NOT NULL
    AND COALESCE(m.account_id, s.account_id) IS NOT NULL
    AND COALESCE(a.is_live, TRUE)
    AND COALESCE(s.is_test, FALSE) = FALSE
    AND s.merged_into_id IS NULL
    AND (s.deleted_at IS NULL OR s.deleted_at >= :as_of)
    AND (s.deleted_on IS NULL OR s.deleted_on >= :as_of_day)
),
held AS (
  SELECT
    account_id, money, mrr, from_date AS valid_from,
    CASE
      WHEN ended_on > from_date AND (next_date IS NULL OR ended_on < next_date) THEN ended_on
      ELSE COALESCE(next_date, DATE '9999-12-31')
    END AS valid_to
  FROM steps
),
changes AS (
  SELECT account_id, money, valid_from AS day, mrr AS delta FROM held WHERE valid_from < valid_to
  UNION ALL
  SELECT account_id, money, valid_to, -mrr FROM held WHERE valid_from < valid_to
),
days AS (
  SELECT account_id, money, day, SUM(delta) AS delta
  FROM changes
  GROUP BY account_id, money, day
  HAVING SUM(delta) <> 0
),
summed AS (
  SELECT
    account_id,
    money,
    day AS valid_from,
    LEAD(day) OVER (PARTITION BY account_id, money ORDER BY day) AS valid_to,
    SUM(delta) OVER (
      PARTITION BY account_id, money ORDER BY day
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS mrr
  FROM days
)
SELECT account_id, money, CAST(mrr AS DECIMAL(28, 4)) AS mrr, valid_from, valid_to
FROM summed
WHERE mrr <> 0
