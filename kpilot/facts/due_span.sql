/* One row per expected close date of an opportunity and the time it stood, as visible at :as_of.

   From the history of close dates; before its first row what that row says (undated: it tells
   the state, not when it began, rule G11); without one, the date on the record, for ever. At one
   moment the later load has the last word. */
WITH steps AS (
  SELECT
    opportunity_id,
    expected_close_date,
    load_id,
    at IS NULL AS is_day,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM close_date_history
  WHERE at < :as_of OR at_on < :as_of_day
),
marks AS (
  SELECT
    opportunity_id,
    expected_close_date,
    moment,
    LEAD(moment) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC)
      AS next_moment,
    ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC) AS step
  FROM steps
)
SELECT
  opportunity_id AS id,
  expected_close_date AS due_on,
  moment AS valid_from,
  COALESCE(next_moment, TIMESTAMP '2299-12-31 00:00:00') AS valid_to,
  TRUE AS is_dated
FROM marks
UNION ALL
SELECT opportunity_id, expected_close_date, TIMESTAMP '1900-01-01 00:00:00', moment, FALSE
FROM marks
WHERE step = 1
UNION ALL
SELECT
  o.id,
  o.expected_close_date,
  TIMESTAMP '1900-01-01 00:00:00',
  TIMESTAMP '2299-12-31 00:00:00',
  FALSE
FROM opportunity AS o
LEFT JOIN (SELECT DISTINCT opportunity_id FROM steps) AS h ON h.opportunity_id = o.id
WHERE h.opportunity_id IS NULL AND o.expected_close_date IS NOT NULL
