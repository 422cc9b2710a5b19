/* One row per sale: a won opportunity, or a valid order, as :sales_source says; one source only.

   `sales_count` and `sales_value` of the specification §2.2; the net of an order (§2.7) is its
   amount less the refunds visible at :as_of, and only an order with a net above zero is a sale. */
WITH refunds AS (
  SELECT order_id, SUM(net_amount) AS refunded
  FROM refund
  WHERE refunded_at < :as_of OR refunded_on < :as_of_day
  GROUP BY order_id
),
lines AS (
  SELECT order_id, SUM(net_amount) AS net_amount, MAX(product_id) AS product_id,
    COUNT(DISTINCT product_id) AS products
  FROM order_line
  GROUP BY order_id
),
orders AS (
  SELECT
    o.*,
    COALESCE(o.ordered_on, CAST(o.ordered_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    COALESCE(o.net_amount, l.net_amount) - COALESCE(r.refunded, 0) AS net,
    CASE WHEN l.products = 1 THEN l.product_id END AS product_id,
    COALESCE(NULLIF(o.currency, ''), :currency) AS money
  FROM "order" AS o
  LEFT JOIN refunds AS r ON r.order_id = o.id
  LEFT JOIN lines AS l ON l.order_id = o.id
  WHERE :sales_source = 'orders'
    AND COALESCE(o.status, 'confirmed') IN ('confirmed', 'invoiced', 'paid')
    AND (o.ordered_at < :as_of OR o.ordered_on < :as_of_day)
    AND COALESCE(o.is_test, FALSE) = FALSE
    AND o.merged_into_id IS NULL
    AND (o.deleted_at IS NULL OR o.deleted_at >= :as_of)
    AND (o.deleted_on IS NULL OR o.deleted_on >= :as_of_day)
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
)
SELECT
  id, name, source, load_id,
  closed_at AS sold_at,
  closed_on AS sold_on,
  TRUE AS is_sale,
  is_void,
  amount, currency, has_amount,
  value_closed AS value_sold,
  first_agent_id, closed_agent_id AS sold_agent_id, current_agent_id,
  first_team_id, closed_team_id AS sold_team_id, current_team_id,
  account_id, product_id, channel_id, campaign_id, pipeline_id, stage_id,
  segment, industry, country,
  currency_is_assumed, lacks_owner_history, close_date_mismatch
FROM facts.opportunity
WHERE is_won AND :sales_source = 'won_opps'
UNION ALL
SELECT
  o.id, NULL, o.source, o.load_id,
  o.ordered_at, o.day, o.net > 0 OR o.net IS NULL, FALSE,
  o.net, o.money, o.net IS NOT NULL,
  CAST(CASE WHEN o.money = :currency THEN o.net ELSE o.net * COALESCE(f.rate, i.rate) END
    AS DECIMAL(28, 8)),
  COALESCE(o.owner_id, '(unassigned)'), COALESCE(o.owner_id, '(unassigned)'),
  COALESCE(o.owner_id, '(unassigned)'),
  COALESCE(g.team_id, '(none)'), COALESCE(g.team_id, '(none)'), COALESCE(g.team_id, '(none)'),
  o.account_id, COALESCE(o.product_id, '(none)'),
  COALESCE(o.channel_id, a.first_channel_id, '(none)'), '(none)', '(none)', '(none)',
  COALESCE(a.segment, '(none)'), COALESCE(a.industry, '(none)'), COALESCE(a.country, '(none)'),
  o.currency IS NULL AND o.net IS NOT NULL, TRUE, FALSE
FROM orders AS o
LEFT JOIN account AS a ON a.id = o.account_id
LEFT JOIN agent AS g ON g.id = o.owner_id
LEFT JOIN rates AS f ON f.money = o.money AND f.valid_from <= o.day AND o.day < f.valid_to
LEFT JOIN inverse_rates AS i ON i.money = o.money AND i.valid_from <= o.day AND o.day < i.valid_to
ORDER BY sold_on
