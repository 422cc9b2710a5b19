/* One row per amount of an opportunity and the time it stood, as visible at :as_of: from the
   history of amounts; without one, the amount on the record, for ever. */
WITH steps AS (
  SELECT
    opportunity_id,
    amount,
    load_id,
    at IS NULL AS is_day,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM amount_history
  WHERE at < :as_of OR at_on < :as_of_day
),
marks AS (
  SELECT
    opportunity_id,
    amount,
    moment,
    ROW_NUMBER() OVER changes AS step,
    LEAD(moment) OVER changes AS next_moment
  FROM steps
  WINDOW changes AS (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC)
)
SELECT
  opportunity_id AS id,
  amount,
  CASE WHEN step = 1 THEN TIMESTAMP '1900-01-01 00:00:00' ELSE moment END AS valid_from,
  COALESCE(next_moment, TIMESTAMP '2299-12-31 00:00:00') AS valid_to
FROM marks
UNION ALL
SELECT
  o.id,
  o.amount,
  TIMESTAMP '1900-01-01 00:00:00',
  TIMESTAMP '2299-12-31 00:00:00'
FROM opportunity AS o
LEFT JOIN (SELECT DISTINCT opportunity_id FROM steps) AS h ON h.opportunity_id = o.id
WHERE h.opportunity_id IS NULL AND o.amount IS NOT NULL
