/* One row per period asked and customer with a valid order in the period before it
   (`customer_retention_noncontractual`, §2.7).

   is_kept: has one in the period too. `is_over`: the period has ended; before that nobody can be
   said to be lost. `is_truncated`: the orders known start more than a week after the period before
   does (rule G4). Dimensions are those of facts.order_customer. */
WITH bought AS (
  SELECT
    w.bucket,
    w.is_over,
    w.prev_start_on,
    o.account_id,
    MAX(CASE WHEN o.ordered_on < w.prev_end_on THEN 1 ELSE 0 END) AS before_it,
    MAX(CASE WHEN o.ordered_on >= w.start_on THEN 1 ELSE 0 END) AS within_it
  FROM facts.order_net AS o
  JOIN facts.window AS w ON o.ordered_on >= w.prev_start_on AND o.ordered_on < w.end_on
  WHERE o.order_rank IS NOT NULL
  GROUP BY w.bucket, w.is_over, w.prev_start_on, o.account_id
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
  b.is_over,
  b.within_it = 1 AS is_kept,
  b.prev_start_on + 7 < k.first_on AS is_truncated,
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
WHERE b.before_it = 1
