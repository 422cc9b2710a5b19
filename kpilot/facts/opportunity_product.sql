/* One row per opportunity and product in it, with the part of the amount its lines have (G17).

   Without lines the product on the record has the whole; lines without amounts share alike, each
   line as much as the others. Lines of an opportunity merged into another are that one's (G9). */
WITH lines AS (
  SELECT
    COALESCE(m.anchor_id, t.opportunity_id) AS opportunity_id,
    COALESCE(t.product_id, '(none)') AS product_id,
    CAST(SUM(t.net_amount) AS DOUBLE) AS net,
    COUNT(*) AS line_count
  FROM opportunity_line AS t
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = t.opportunity_id
  WHERE COALESCE(t.is_test, FALSE) = FALSE
    AND t.merged_into_id IS NULL
    AND (t.deleted_at IS NULL OR t.deleted_at >= :as_of)
    AND (t.deleted_on IS NULL OR t.deleted_on >= :as_of_day)
  GROUP BY COALESCE(m.anchor_id, t.opportunity_id), COALESCE(t.product_id, '(none)')
),
shared AS (
  SELECT
    opportunity_id,
    product_id,
    net,
    line_count,
    SUM(net) OVER (PARTITION BY opportunity_id) AS total,
    SUM(line_count) OVER (PARTITION BY opportunity_id) AS all_lines
  FROM lines
)
SELECT
  o.id,
  COALESCE(l.product_id, o.product_id) AS product_id,
  CASE WHEN l.opportunity_id IS NULL THEN 1.0
    WHEN l.total > 0 THEN COALESCE(l.net, 0.0) / l.total
    ELSE CAST(l.line_count AS DOUBLE) / l.all_lines END AS share
FROM facts.opportunity AS o
LEFT JOIN shared AS l ON l.opportunity_id = o.id
