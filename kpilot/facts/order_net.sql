/* One row per order visible at :as_of that is confirmed, invoiced or paid, net of the refunds
   visible by then (specification §2.7; rules G3, G5, G6, G10).

   `gross` is the order's amount, or the sum of its lines when it has none; `net` is what refunds
   leave of it. `is_valid`: something is left of it, or nobody knows its amount (an order without
   an amount counts as an order and has no value, rule G6). Values are at the rate of the order's
   date, as is a refund in another currency than its order's. Among the valid orders of a customer,
   by moment and id: `order_rank` (from 1), the first and the previous date, and the days to the
   next order: elapsed time, or a difference of dates where either side is a date only.
   `seen_days`: days from the order to :as_of, likewise. */
WITH lines AS (
  SELECT
    order_id,
    CASE WHEN COALESCE(MIN(NULLIF(currency, '')) = MAX(currency), TRUE) THEN SUM(net_amount) END
      AS net_amount,
    MIN(NULLIF(currency, '')) AS money,
    CASE WHEN MIN(product_id) = MAX(product_id) THEN MIN(product_id) END AS product_id
  FROM order_line
  WHERE COALESCE(is_test, FALSE) = FALSE
    AND merged_into_id IS NULL
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
  GROUP BY order_id
),
booked AS (
  SELECT
    o.id, o.source, o.load_id, o.account_id, o.owner_id, o.channel_id, o.opportunity_id,
    l.product_id,
    o.ordered_at,
    COALESCE(o.ordered_on, CAST(o.ordered_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    COALESCE(o.ordered_at, CAST(o.ordered_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
      AS moment,
    CASE WHEN o.net_amount IS NOT NULL THEN o.net_amount
      WHEN l.money IS NULL OR COALESCE(NULLIF(o.currency, ''), l.money) = l.money
        THEN l.net_amount END AS gross,
    COALESCE(NULLIF(o.currency, ''), l.money) AS said_money,
    COALESCE(NULLIF(o.currency, ''), l.money, :currency) AS money
  FROM "order" AS o
  LEFT JOIN lines AS l ON l.order_id = o.id
  WHERE COALESCE(o.status, 'confirmed') IN ('confirmed', 'invoiced', 'paid')
    AND (o.ordered_at < :as_of OR o.ordered_on < :as_of_day)
    AND COALESCE(o.is_test, FALSE) = FALSE
    AND o.merged_into_id IS NULL
    AND (o.deleted_at IS NULL OR o.deleted_at >= :as_of)
    AND (o.deleted_on IS NULL OR o.deleted_on >= :as_of_day)
),
refunds AS (
  SELECT
    r.order_id, o.day, o.money, r.net_amount,
    COALESCE(NULLIF(r.currency, ''), o.money) AS back_money
  FROM refund AS r
  JOIN booked AS o ON o.id = r.order_id
  WHERE (r.refunded_at < :as_of OR r.refunded_on < :as_of_day)
    AND COALESCE(r.is_test, FALSE) = FALSE
    AND r.merged_into_id IS NULL
    AND (r.deleted_at IS NULL OR r.deleted_at >= :as_of)
    AND (r.deleted_on IS NULL OR r.deleted_on >= :as_of_day)
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
money_days AS (
  SELECT money, day FROM booked WHERE money <> :currency
  UNION
  SELECT back_money, day FROM refunds WHERE back_money <> :currency
),
day_rates AS (
  SELECT d.money, d.day, COALESCE(MAX(f.rate), MAX(i.rate)) AS rate
  FROM money_days AS d
  LEFT JOIN rates AS f ON f.money = d.money AND f.valid_from <= d.day AND d.day < f.valid_to
  LEFT JOIN inverse_rates AS i
    ON i.money = d.money AND i.valid_from <= d.day AND d.day < i.valid_to
  GROUP BY d.money, d.day
),
given_back AS (
  SELECT
    r.order_id,
    CASE WHEN r.back_money = r.money THEN r.net_amount
      ELSE CAST(r.net_amount * CASE WHEN r.back_money = :currency THEN 1.0 ELSE b.rate END
        / CASE WHEN r.money = :currency THEN 1.0 ELSE d.rate END AS DECIMAL(18, 4))
    END AS net_amount
  FROM refunds AS r
  LEFT JOIN day_rates AS b ON b.money = r.back_money AND b.day = r.day
  LEFT JOIN day_rates AS d ON d.money = r.money AND d.day = r.day
),
sums AS (
  SELECT
    order_id,
    CASE WHEN COUNT(net_amount) = COUNT(*) THEN SUM(net_amount) END AS refunded
  FROM given_back
  GROUP BY order_id
),
orders AS (
  SELECT
    o.*,
    CASE WHEN r.order_id IS NULL THEN 0 ELSE r.refunded END AS refunded,
    COALESCE(o.gross > CASE WHEN r.order_id IS NULL THEN 0 ELSE r.refunded END, TRUE) AS is_valid
  FROM booked AS o
  LEFT JOIN sums AS r ON r.order_id = o.id
),
ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER customer AS place,
    MIN(day) OVER customer AS first_day,
    LAG(day) OVER customer AS previous_day,
    LEAD(day) OVER customer AS next_day,
    LEAD(ordered_at) OVER customer AS next_at
  FROM orders
  WINDOW customer AS (PARTITION BY account_id, is_valid ORDER BY moment, id)
),
team_spans AS (
  SELECT * FROM facts.team_span
),
valued AS (
  SELECT
    o.*,
    o.is_valid AND o.account_id IS NOT NULL AS is_counted,
    d.rate
  FROM ranked AS o
  LEFT JOIN day_rates AS d ON d.money = o.money AND d.day = o.day
)
SELECT
  o.id,
  CAST(NULL AS VARCHAR) AS name,
  o.source,
  o.load_id,
  o.opportunity_id,
  o.ordered_at,
  o.day AS ordered_on,
  o.is_valid,
  o.gross,
  o.gross - o.refunded AS net,
  o.gross - o.refunded AS amount,
  o.refunded,
  o.money,
  o.money AS currency,
  o.gross IS NOT NULL AS has_amount,
  CASE WHEN o.money = :currency THEN CAST(o.gross - o.refunded AS DECIMAL(28, 8))
    ELSE CAST((o.gross - o.refunded) * o.rate AS DECIMAL(28, 8)) END AS value_ordered,
  CASE WHEN o.money = :currency THEN CAST(o.gross AS DECIMAL(28, 8))
    ELSE CAST(o.gross * o.rate AS DECIMAL(28, 8)) END AS gross_value,
  CAST(CASE WHEN o.is_counted THEN o.place END AS BIGINT) AS order_rank,
  CASE WHEN o.is_counted THEN o.first_day END AS first_ordered_on,
  CASE WHEN o.is_counted THEN o.previous_day END AS previous_on,
  CASE WHEN o.is_counted THEN o.next_day END AS next_on,
  CASE
    WHEN NOT o.is_counted THEN NULL
    WHEN o.ordered_at IS NOT NULL AND o.next_at IS NOT NULL
      THEN (EPOCH(o.next_at) - EPOCH(o.ordered_at)) / 86400.0
    ELSE CAST(o.next_day - o.day AS DOUBLE)
  END AS days_to_next,
  CASE WHEN o.is_counted AND o.next_day >= o.day
    THEN CAST(CAST(FLOOR(CAST(o.next_day - o.day AS DOUBLE) / 30.0) AS INTEGER) AS VARCHAR)
    ELSE '(none)' END AS elapsed_months,
  CASE WHEN o.ordered_at IS NULL THEN CAST(:as_of_date - o.day AS DOUBLE)
    ELSE (EPOCH(:as_of) - EPOCH(o.ordered_at)) / 86400.0 END AS seen_days,
  COALESCE(o.is_counted AND o.place = 1
    AND CASE WHEN o.ordered_at IS NULL THEN CAST(:as_of_date - o.day AS DOUBLE)
      ELSE (EPOCH(:as_of) - EPOCH(o.ordered_at)) / 86400.0 END < :repurchase_window_days, FALSE)
    AS repurchase_is_immature,
  COALESCE(o.owner_id, '(unassigned)') AS first_agent_id,
  COALESCE(o.owner_id, '(unassigned)') AS sold_agent_id,
  COALESCE(o.owner_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS sold_team_id,
  COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)')
    AS current_team_id,
  COALESCE(o.account_id, '(none)') AS account_id,
  COALESCE(o.product_id, '(none)') AS product_id,
  COALESCE(o.channel_id, a.first_channel_id, '(none)') AS channel_id,
  COALESCE(a.first_channel_id, '(none)') AS account_channel_id,
  '(none)' AS campaign_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country,
  a.created_at IS NOT NULL OR a.created_on IS NOT NULL AS knows_account_age,
  o.said_money IS NULL AND o.gross IS NOT NULL AS currency_is_assumed
FROM valued AS o
LEFT JOIN account AS a ON a.id = o.account_id
LEFT JOIN agent AS g ON g.id = o.owner_id
LEFT JOIN team_spans AS t ON t.agent_id = o.owner_id
  AND t.valid_from <= o.day AND o.day < t.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = o.owner_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
ORDER BY ordered_on
