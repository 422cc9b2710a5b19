/* One row per opportunity: its last open stage visible at :as_of, and the chance recorded for it
   while it was open.

   Closing sets a probability to 0 or 100 %, which says nothing of what was expected: what counts
   is the last value recorded before the closing, else the record's own unless closing set it, else
   the usual one of the last open stage. Without any of them there is none. Values outside 0 to 1
   are none (record 0072). */
WITH open_steps AS (
  SELECT opportunity_id, MAX(step) AS step
  FROM facts.stage_step
  WHERE kind = 'open'
  GROUP BY opportunity_id
),
lives AS (
  SELECT
    o.id,
    o.probability,
    COALESCE(o.status, s.kind, 'open') <> 'open' AS is_closed,
    CASE WHEN b.opportunity_id IS NOT NULL THEN t.stage_id
      WHEN s.kind = 'open' THEN o.stage_id END AS open_stage_id,
    t.next_moment AS left_moment,
    CASE WHEN COALESCE(o.status, s.kind, 'open') <> 'open' THEN COALESCE(o.closed_at,
      CAST(o.closed_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') END AS said_moment
  FROM opportunity AS o
  LEFT JOIN stage AS s ON s.id = o.stage_id
  LEFT JOIN open_steps AS b ON b.opportunity_id = o.id
  LEFT JOIN facts.stage_step AS t ON t.opportunity_id = b.opportunity_id AND t.step = b.step
),
steps AS (
  SELECT
    opportunity_id,
    probability,
    load_id,
    at IS NULL AS is_day,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM probability_history
  WHERE at < :as_of OR at_on < :as_of_day
),
told AS (
  SELECT
    h.opportunity_id,
    h.probability,
    ROW_NUMBER() OVER (PARTITION BY h.opportunity_id
      ORDER BY h.moment DESC, h.load_id DESC, h.is_day) AS back
  FROM steps AS h
  JOIN lives AS l ON l.id = h.opportunity_id
  WHERE (l.left_moment IS NULL OR h.moment < l.left_moment)
    AND (l.said_moment IS NULL OR h.moment < l.said_moment)
)
SELECT
  l.id,
  l.open_stage_id,
  CASE WHEN h.probability BETWEEN 0 AND 1 THEN h.probability
    WHEN h.opportunity_id IS NULL AND l.probability BETWEEN 0 AND 1
      AND NOT (l.is_closed AND (l.probability = 0 OR l.probability = 1)) THEN l.probability
    WHEN s.probability BETWEEN 0 AND 1 THEN s.probability END AS probability
FROM lives AS l
LEFT JOIN told AS h ON h.opportunity_id = l.id AND h.back = 1
LEFT JOIN stage AS s ON s.id = l.open_stage_id
