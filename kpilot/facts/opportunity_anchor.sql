/* One row per opportunity that was merged into another: the one it went into at last (rule G9).

   Twenty merges in a row are more than any source makes, and end a circle, which leads nowhere. */
WITH RECURSIVE merges AS (
  SELECT id AS opportunity_id, merged_into_id AS into_id, 1 AS hops
  FROM opportunity
  WHERE merged_into_id IS NOT NULL
  UNION ALL
  SELECT m.opportunity_id, o.merged_into_id, m.hops + 1
  FROM merges AS m
  JOIN opportunity AS o ON o.id = m.into_id
  WHERE o.merged_into_id IS NOT NULL AND m.hops < 20
)
SELECT m.opportunity_id, m.into_id AS anchor_id
FROM merges AS m
LEFT JOIN opportunity AS o ON o.id = m.into_id
WHERE o.merged_into_id IS NULL
