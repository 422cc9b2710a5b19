/* One row per order and product in it, with the part of the amount its lines have (G17).

   Lines without amounts share alike, each line as much as the others. */
WITH lines AS (
  SELECT
    order_id,
    COALESCE(product_id, '(none)') AS product_id,
    CAST(SUM(net_amount) AS DOUBLE) AS net,
    COUNT(*) AS line_count
  FROM order_line
  WHERE COALESCE(is_test, FALSE) = FALSE
    AND merged_into_id IS NULL
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
  GROUP BY order_id, COALESCE(product_id, '(none)')
),
shared AS (
  SELECT
    order_id,
    product_id,
    net,
    line_count,
    SUM(net) OVER (PARTITION BY order_id) AS total,
    SUM(line_count) OVER (PARTITION BY order_id) AS all_lines
  FROM lines
)
SELECT
  o.id,
  COALESCE(l.product_id, '(none)') AS product_id,
  CASE WHEN l.order_id IS NULL THEN 1.0
    WHEN l.total > 0 THEN COALESCE(l.net, 0.0) / l.total
    ELSE CAST(l.line_count AS DOUBLE) / l.all_lines END AS share
FROM facts.order_net AS o
LEFT JOIN shared AS l ON l.order_id = o.id
