/* One row per movement of an opportunity and the time until the next one (stalled deals, §2.3).

   A movement is its creation, a change of stage that the source dated, or a completed activity;
   of an opportunity that has neither of the last two, its last change as a record. */
WITH moves AS (
  SELECT id, COALESCE(created_at, CAST(created_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
    AS moment
  FROM facts.opportunity
  WHERE created_on IS NOT NULL
  UNION
  SELECT t.opportunity_id, t.moment
  FROM facts.stage_step AS t
  JOIN facts.opportunity AS o ON o.id = t.opportunity_id
  WHERE t.is_source AND NOT (t.step = 1 AND o.history_is_truncated)
    AND (t.step = 1 OR t.stage_id <> t.stage_before)
  UNION
  SELECT opportunity_id,
    COALESCE(done_at, CAST(done_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
  FROM facts.activity
  WHERE opportunity_id IS NOT NULL AND is_done
),
lively AS (
  SELECT opportunity_id AS id FROM facts.stage_step
  UNION
  SELECT opportunity_id FROM facts.activity WHERE opportunity_id IS NOT NULL AND is_done
),
every_move AS (
  SELECT id, moment FROM moves
  UNION
  SELECT o.id,
    COALESCE(o.updated_at, CAST(o.updated_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
  FROM opportunity AS o
  LEFT JOIN lively AS y ON y.id = o.id
  WHERE y.id IS NULL AND (o.updated_at < :as_of OR o.updated_on < :as_of_day)
)
SELECT
  id,
  moment AS moved_at,
  COALESCE(LEAD(moment) OVER (PARTITION BY id ORDER BY moment), TIMESTAMP '2299-12-31 00:00:00')
    AS next_at
FROM every_move
WHERE moment < :as_of
