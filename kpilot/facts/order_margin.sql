/* One row per line of an order that counts, with its cost (`gross_margin`, specification §2.0).

   The cost is the line's, in its currency, or else the product's cost for one unit, in
   :currency, times the quantity; a line without either has no margin, and `has_amount` says so.
   Lines are as booked: a refund is of an order, not of its lines. */
WITH lines AS (
  SELECT
    l.id, l.source, l.load_id, l.product_id, l.net_amount, p.name,
    l.cost AS line_cost,
    p.unit_cost * l.qty AS product_cost,
    COALESCE(NULLIF(l.currency, ''), o.money) AS money,
    o.ordered_at, o.ordered_on,
    o.first_agent_id, o.sold_agent_id, o.current_agent_id,
    o.first_team_id, o.sold_team_id, o.current_team_id,
    o.account_id, o.channel_id, o.campaign_id, o.segment, o.industry, o.country,
    o.currency_is_assumed AND NULLIF(l.currency, '') IS NULL AS currency_is_assumed
  FROM order_line AS l
  JOIN facts.order_net AS o ON o.id = l.order_id
  LEFT JOIN product AS p ON p.id = l.product_id
  WHERE COALESCE(l.is_test, FALSE) = FALSE
    AND l.merged_into_id IS NULL
    AND (l.deleted_at IS NULL OR l.deleted_at >= :as_of)
    AND (l.deleted_on IS NULL OR l.deleted_on >= :as_of_day)
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
money_days AS (
  SELECT DISTINCT money, ordered_on FROM lines WHERE money <> :currency
),
day_rates AS (
  SELECT d.money, d.ordered_on, COALESCE(MAX(f.rate), MAX(i.rate)) AS rate
  FROM money_days AS d
  LEFT JOIN rates AS f
    ON f.money = d.money AND f.valid_from <= d.ordered_on AND d.ordered_on < f.valid_to
  LEFT JOIN inverse_rates AS i
    ON i.money = d.money AND i.valid_from <= d.ordered_on AND d.ordered_on < i.valid_to
  GROUP BY d.money, d.ordered_on
)
SELECT
  l.id,
  l.name,
  l.source,
  l.load_id,
  l.ordered_at,
  l.ordered_on,
  l.net_amount AS amount,
  l.money AS currency,
  l.line_cost IS NOT NULL OR l.product_cost IS NOT NULL AS has_amount,
  CASE WHEN l.money = :currency THEN CAST(l.net_amount AS DECIMAL(28, 8))
    ELSE CAST(l.net_amount * d.rate AS DECIMAL(28, 8)) END AS value_net,
  CASE WHEN l.line_cost IS NULL THEN CAST(l.product_cost AS DECIMAL(28, 8))
    WHEN l.money = :currency THEN CAST(l.line_cost AS DECIMAL(28, 8))
    ELSE CAST(l.line_cost * d.rate AS DECIMAL(28, 8)) END AS value_cost,
  l.first_agent_id, l.sold_agent_id, l.current_agent_id,
  l.first_team_id, l.sold_team_id, l.current_team_id,
  l.account_id,
  COALESCE(l.product_id, '(none)') AS product_id,
  l.channel_id, l.campaign_id, l.segment, l.industry, l.country,
  l.currency_is_assumed
FROM lines AS l
LEFT JOIN day_rates AS d ON d.money = l.money AND d.ordered_on = l.ordered_on
ORDER BY ordered_on
