/* One row per customer and date with a valid order: the orders of a day are one (§2.9).

   `value_ordered` is their net value, NULL when one of them has none; `first_on` the customer's first such
   date. Everything else about the customer is as in buyer. */
WITH days AS (
  SELECT
    COALESCE(a.anchor_id, r.account_id) AS account_id,
    r.ordered_on,
    COUNT(*) AS orders,
    COUNT(r.value_ordered) AS valued,
    SUM(r.value_ordered) AS value_ordered,
    MAX(r.load_id) AS load_id
  FROM facts.order_net AS r
  LEFT JOIN facts.account_anchor AS a ON a.account_id = r.account_id
  WHERE r.order_rank IS NOT NULL
  GROUP BY COALESCE(a.anchor_id, r.account_id), r.ordered_on
)
SELECT
  d.account_id AS id,
  d.account_id,
  b.name, b.source, d.load_id,
  d.ordered_on,
  MIN(d.ordered_on) OVER (PARTITION BY d.account_id) AS first_on,
  d.orders,
  CASE WHEN d.valued = d.orders THEN d.value_ordered END AS value_ordered,
  d.valued < d.orders AS lacks_value,
  b.first_agent_id, b.won_agent_id, b.current_agent_id,
  b.first_team_id, b.won_team_id, b.current_team_id,
  b.channel_id, b.campaign_id, b.segment, b.industry, b.country
FROM days AS d
JOIN facts.buyer AS b ON b.account_id = d.account_id
ORDER BY ordered_on
