/* One row per stage change visible at :as_of, beside the ones before and after it.

   Sorted once here for the facts that read it. `moment` of a change known to the day is the local
   midnight that starts it (`is_day`). At one moment the later load has the last word, and a time
   has it over a bare date. A change seen by comparing loads (NOT is_source) gives a state, never
   a time (rule G11). */
WITH steps AS (
  SELECT
    h.opportunity_id,
    h.stage_id,
    s.kind,
    s.pos,
    COALESCE(s.pipeline_id, 'default') AS pipeline_id,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment,
    h.at IS NULL AS is_day,
    h.origin = 'source' AS is_source,
    h.load_id
  FROM stage_history AS h
  JOIN stage AS s ON s.id = h.stage_id
  WHERE h.at < :as_of OR h.at_on < :as_of_day
)
SELECT
  opportunity_id,
  stage_id,
  kind,
  pos,
  pipeline_id,
  moment,
  is_day,
  is_source,
  ROW_NUMBER() OVER changes AS step,
  LAG(kind) OVER changes AS kind_before,
  LAG(stage_id) OVER changes AS stage_before,
  LEAD(moment) OVER changes AS next_moment,
  LEAD(is_day) OVER changes AS next_is_day,
  LEAD(is_source) OVER changes AS next_is_source
FROM steps
WINDOW changes AS (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC)
