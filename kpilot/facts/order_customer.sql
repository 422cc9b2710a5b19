/* One row per period asked and customer with at least one valid order in it (§2.7).

   is_repeat: two or more in the period; is_returning: one before it. Agent, team and product are
   those of the customer's first valid order; the channel is the account's first, or else that
   order's. `is_left_edge` (rule G4): in the first twelve months of the orders known, a customer
   whose age nobody gave may have ordered before them. */
WITH bought AS (
  SELECT
    w.bucket,
    w.start_on,
    o.account_id,
    COUNT(*) AS orders,
    SUM(o.value_ordered) AS value_ordered
  FROM facts.order_net AS o
  JOIN facts.window AS w ON o.ordered_on >= w.start_on AND o.ordered_on < w.end_on
  WHERE o.order_rank IS NOT NULL
  GROUP BY w.bucket, w.start_on, o.account_id
),
known AS (
  SELECT MIN(ordered_on) AS first_on FROM facts.order_net
)
SELECT
  b.bucket,
  b.account_id AS id,
  a.name,
  f.source,
  f.load_id,
  f.ordered_on AS first_ordered_on,
  b.orders,
  b.value_ordered,
  b.orders >= 2 AS is_repeat,
  f.ordered_on < b.start_on AS is_returning,
  b.start_on < k.first_on + INTERVAL '12' MONTH AND NOT f.knows_account_age AS is_left_edge,
  f.first_agent_id, f.sold_agent_id, f.current_agent_id,
  f.first_team_id, f.sold_team_id, f.current_team_id,
  b.account_id,
  f.product_id,
  CASE WHEN f.account_channel_id = '(none)' THEN f.channel_id ELSE f.account_channel_id END
    AS channel_id,
  f.segment, f.industry, f.country
FROM bought AS b
CROSS JOIN known AS k
JOIN facts.order_net AS f ON f.account_id = b.account_id AND f.order_rank = 1
LEFT JOIN account AS a ON a.id = b.account_id
