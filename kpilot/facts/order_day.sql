/* One row per customer and date with a valid order, with the dates before and after it and the days
   since the one before. */
WITH days AS (
  SELECT DISTINCT COALESCE(a.anchor_id, r.account_id) AS account_id, r.ordered_on
  FROM facts.order_net AS r
  LEFT JOIN facts.account_anchor AS a ON a.account_id = r.account_id
  WHERE r.order_rank IS NOT NULL AND COALESCE(a.is_live, TRUE)
),
follows AS (
  SELECT
    account_id,
    ordered_on,
    LAG(ordered_on) OVER (PARTITION BY account_id ORDER BY ordered_on) AS previous_on,
    LEAD(ordered_on) OVER (PARTITION BY account_id ORDER BY ordered_on) AS next_on
  FROM days
)
SELECT account_id, ordered_on, previous_on, next_on, ordered_on - previous_on AS gap_days
FROM follows
ORDER BY ordered_on
