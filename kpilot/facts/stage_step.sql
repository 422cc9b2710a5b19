/* One row per stage change visible at :as_of, beside the ones before and after it.

   Sorted once here for the facts that read it. `moment` of a change known to the day is the local
   midnight that starts it (`is_day`). At one moment the later load has the last word, and a time
   has it over a bare date. A change seen by comparing loads (NOT is_source) gives a state, never
   a time (rule G11).

   Where a status says won or lost while the stages go on being open ones (decision 0103), the
   closing is a change too, the last one: into no stage, on the record's day of closing; without a
   time when it has none, or none after its other changes. */
WITH outcomes AS (
  SELECT
    o.id,
    o.status,
    COALESCE(s.pipeline_id, 'default') AS pipeline_id,
    COALESCE(o.closed_at, CAST(o.closed_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
      AS moment,
    o.closed_at IS NULL AS is_day
  FROM opportunity AS o
  JOIN stage AS s ON s.id = o.stage_id
  WHERE o.status IN ('won', 'lost') AND s.kind = 'open'
),
open_ever AS (
  SELECT
    h.opportunity_id,
    MAX(COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'))
      AS last_moment
  FROM stage_history AS h
  JOIN stage AS s ON s.id = h.stage_id
  JOIN outcomes AS c ON c.id = h.opportunity_id
  GROUP BY h.opportunity_id
  HAVING MAX(CASE WHEN s.kind = 'open' THEN 0 ELSE 1 END) = 0
),
closings AS (
  SELECT
    c.id AS opportunity_id,
    c.status,
    c.pipeline_id,
    CASE WHEN c.moment >= e.last_moment THEN c.moment ELSE e.last_moment END AS moment,
    COALESCE(c.moment >= e.last_moment, FALSE) AS is_source,
    c.is_day
  FROM outcomes AS c
  JOIN open_ever AS e ON e.opportunity_id = c.id
),
steps AS (
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
  UNION ALL
  SELECT
    opportunity_id,
    CAST(NULL AS VARCHAR) AS stage_id,
    status AS kind,
    CAST(NULL AS BIGINT) AS pos,
    pipeline_id,
    moment,
    is_day AND is_source AS is_day,
    is_source,
    9223372036854775807 AS load_id
  FROM closings
  WHERE moment < :as_of
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
