/* One row per order and product in it, with the part of the amount its lines have (G17). */
WITH lines AS (
  SELECT
    order_id,
    COALESCE(product_id, '(none)') AS product_id,
    CAST(SUM(net_amount) AS DOUBLE) AS net
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
    SUM(net) OVER (PARTITION BY order_id) AS total,
    COUNT(*) OVER (PARTITION BY order_id) AS products
  FROM lines
)
SELECT
  o.id,
  COALESCE(l.product_id, '(none)') AS product_id,
  CASE WHEN l.order_id IS NULL THEN 1.0
    WHEN l.total > 0 THEN COALESCE(l.net, 0.0) / l.total
    ELSE 1.0 / l.products END AS share
FROM facts.order_net AS o
LEFT JOIN shared AS l ON l.order_id = o.id
