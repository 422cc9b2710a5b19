/* One row per opportunity and product in it, with the part of the amount its lines have (G17).

   Without lines the product on the record has the whole; lines without amounts share alike. */
WITH lines AS (
  SELECT
    opportunity_id,
    COALESCE(product_id, '(none)') AS product_id,
    CAST(SUM(net_amount) AS DOUBLE) AS net
  FROM opportunity_line
  WHERE COALESCE(is_test, FALSE) = FALSE
    AND merged_into_id IS NULL
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
  GROUP BY opportunity_id, COALESCE(product_id, '(none)')
),
shared AS (
  SELECT
    opportunity_id,
    product_id,
    net,
    SUM(net) OVER (PARTITION BY opportunity_id) AS total,
    COUNT(*) OVER (PARTITION BY opportunity_id) AS products
  FROM lines
)
SELECT
  o.id,
  COALESCE(l.product_id, o.product_id) AS product_id,
  CASE WHEN l.opportunity_id IS NULL THEN 1.0
    WHEN l.total > 0 THEN COALESCE(l.net, 0.0) / l.total
    ELSE 1.0 / l.products END AS share
FROM facts.opportunity AS o
LEFT JOIN shared AS l ON l.opportunity_id = o.id
