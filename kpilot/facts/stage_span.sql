/* One row per open stage an opportunity was in and the time it was, as visible at :as_of.

   Before its first row the opportunity stood where that row says (it tells the state, not when it
   began, rule G11); without a history it stands where the record says, for ever. A closing that
   was undone by a reopening is none: the stage before it goes on until the next open one. */
WITH marks AS (
  SELECT
    opportunity_id,
    stage_id,
    moment,
    LEAD(moment) OVER (PARTITION BY opportunity_id ORDER BY step) AS next_moment,
    ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY step) AS nth
  FROM facts.stage_step
  WHERE kind = 'open'
)
SELECT
  opportunity_id AS id,
  stage_id,
  CASE WHEN nth = 1 THEN TIMESTAMP '1900-01-01 00:00:00' ELSE moment END AS valid_from,
  COALESCE(next_moment, TIMESTAMP '2299-12-31 00:00:00') AS valid_to
FROM marks
UNION ALL
SELECT
  o.id,
  o.stage_id,
  TIMESTAMP '1900-01-01 00:00:00',
  TIMESTAMP '2299-12-31 00:00:00'
FROM opportunity AS o
JOIN stage AS s ON s.id = o.stage_id
LEFT JOIN (SELECT DISTINCT opportunity_id FROM facts.stage_step) AS h ON h.opportunity_id = o.id
WHERE h.opportunity_id IS NULL AND (s.kind = 'open' OR o.status = 'open')
