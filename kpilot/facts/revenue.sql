/* One row per order that counts and one per refund of such an order, with a minus sign, visible at
   :as_of (`net_revenue`, specification §2.7).

   A refund stands at its own date and rate, so past periods do not move; an order that is
   cancelled later leaves with its refunds. Everything else about a refund is its order's, its id
   included: ids of refunds may be those of other orders. */
WITH refunds AS (
  SELECT
    source, load_id, order_id, refunded_at, net_amount, currency,
    COALESCE(refunded_on, CAST(refunded_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day
  FROM refund
  WHERE (refunded_at < :as_of OR refunded_on < :as_of_day)
    AND COALESCE(is_test, FALSE) = FALSE
    AND merged_into_id IS NULL
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
),
given_back AS (
  SELECT
    o.id, r.source, r.load_id, r.refunded_at, r.day, r.net_amount,
    COALESCE(NULLIF(r.currency, ''), o.money) AS money,
    o.first_agent_id, o.sold_agent_id, o.current_agent_id, o.first_team_id,
    o.sold_team_id, o.current_team_id, o.account_id, o.product_id, o.channel_id, o.campaign_id,
    o.segment, o.industry, o.country, o.currency_is_assumed
  FROM refunds AS r
  JOIN facts.order_net AS o ON o.id = r.order_id
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
money_days AS (
  SELECT DISTINCT money, day FROM given_back WHERE money <> :currency
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
  id, name, source, load_id,
  ordered_at AS booked_at,
  ordered_on AS booked_on,
  FALSE AS is_refund,
  gross AS amount,
  currency,
  has_amount,
  gross_value AS value_booked,
  first_agent_id, sold_agent_id, current_agent_id, first_team_id, sold_team_id, current_team_id,
  account_id, product_id, channel_id, campaign_id, segment, industry, country,
  currency_is_assumed
FROM facts.order_net
UNION ALL
SELECT
  r.id, NULL, r.source, r.load_id,
  r.refunded_at,
  r.day,
  TRUE,
  -r.net_amount,
  r.money,
  TRUE,
  CASE WHEN r.money = :currency THEN CAST(-r.net_amount AS DECIMAL(28, 8))
    ELSE CAST(-r.net_amount * d.rate AS DECIMAL(28, 8)) END,
  r.first_agent_id, r.sold_agent_id, r.current_agent_id,
  r.first_team_id, r.sold_team_id, r.current_team_id,
  r.account_id, r.product_id, r.channel_id, r.campaign_id, r.segment, r.industry, r.country,
  r.currency_is_assumed
FROM given_back AS r
LEFT JOIN day_rates AS d ON d.money = r.money AND d.day = r.day
ORDER BY booked_on
