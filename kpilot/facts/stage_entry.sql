/* One row per opportunity and open stage of its pipeline that it reached (rule G12): when it came
   and left, apart from whose it was (see stage_passage, which is what is counted).

   A stage is reached when the furthest stage ever was at or beyond it, or the opportunity was won;
   a skipped stage is reached at the moment of the next one but has no time spent in it; time in a
   stage is the sum of its visits, still running when the opportunity is in it at :as_of. Rows of
   another pipeline than the opportunity's own move nothing forward but end a visit. The win is one
   rung above the last stage. A change seen by comparing loads and the first row of a truncated
   history tell what was reached and never when, so what starts or ends there has no dates and no
   duration. Days are elapsed time, or differences of dates where either side is a date only. */
WITH ladder AS (
  SELECT
    id AS stage_id,
    COALESCE(pipeline_id, 'default') AS pipeline_id,
    pos,
    DENSE_RANK() OVER (PARTITION BY COALESCE(pipeline_id, 'default') ORDER BY pos) AS rung
  FROM stage
  WHERE kind = 'open'
),
wins AS (
  SELECT pipeline_id, MAX(rung) + 1 AS rung FROM ladder GROUP BY pipeline_id
),
rungs AS (
  SELECT DISTINCT pipeline_id, rung FROM ladder
  UNION ALL
  SELECT pipeline_id, rung FROM wins
),
steps AS (
  SELECT
    t.opportunity_id,
    t.pipeline_id,
    t.step,
    t.moment,
    t.is_day,
    t.is_source AND NOT (t.step = 1 AND o.history_is_truncated) AS is_timed,
    CASE WHEN t.kind = 'open' THEN l.rung
      WHEN t.kind = 'won' AND o.is_won AND t.step >= o.closing_step THEN w.rung END AS rung
  FROM facts.stage_step AS t
  JOIN facts.opportunity AS o ON o.id = t.opportunity_id AND o.pipeline_id = t.pipeline_id
  JOIN wins AS w ON w.pipeline_id = t.pipeline_id
  LEFT JOIN ladder AS l ON l.stage_id = t.stage_id
  WHERE NOT o.is_void
),
climbs AS (
  SELECT
    *,
    COALESCE(MAX(rung) OVER (
      PARTITION BY opportunity_id ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS rung_before
  FROM steps
  WHERE rung IS NOT NULL
),
entries AS (
  SELECT c.opportunity_id, c.pipeline_id, r.rung, c.moment, c.is_day, c.is_timed
  FROM climbs AS c
  JOIN rungs AS r ON r.pipeline_id = c.pipeline_id
    AND r.rung > c.rung_before AND r.rung <= c.rung
  WHERE c.rung > c.rung_before
),
-- every rung from the first to the furthest has an entry, so the next one is one rung up
followed AS (
  SELECT
    *,
    LEAD(rung) OVER climbing AS next_rung,
    LEAD(moment) OVER climbing AS next_moment,
    LEAD(is_day) OVER climbing AS next_is_day,
    LEAD(is_timed) OVER climbing AS next_is_timed
  FROM entries
  WINDOW climbing AS (PARTITION BY opportunity_id ORDER BY rung)
),
visits AS (
  SELECT
    t.opportunity_id,
    t.stage_id,
    t.step,
    t.next_moment,
    t.is_source AND NOT (t.step = 1 AND o.history_is_truncated)
      AND COALESCE(t.next_is_source, TRUE) AS is_timed,
    t.next_is_source,
    t.next_is_day,
    CASE
      WHEN t.is_day OR t.next_is_day THEN CAST(
        COALESCE(CAST(t.next_moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE), :as_of_date)
        - CAST(t.moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) AS DOUBLE)
      ELSE (EPOCH(COALESCE(t.next_moment, :as_of)) - EPOCH(t.moment)) / 86400.0
    END AS days
  FROM facts.stage_step AS t
  JOIN facts.opportunity AS o ON o.id = t.opportunity_id
  WHERE t.kind = 'open'
),
stays AS (
  SELECT
    opportunity_id,
    stage_id,
    CASE WHEN MIN(CASE WHEN is_timed THEN 1 ELSE 0 END) = 1 THEN SUM(days) END AS days,
    MAX(CASE WHEN next_moment IS NULL THEN 1 ELSE 0 END) = 1 AS is_current,
    MAX(next_moment) AS left_moment,
    -- of the last visit: whether its end is known, and whether to the day, in one number
    MOD(MAX(4 * step + CASE WHEN next_is_source THEN 2 ELSE 0 END
      + CASE WHEN next_is_day THEN 1 ELSE 0 END), 4) AS ending
  FROM visits
  GROUP BY opportunity_id, stage_id
),
passed AS (
  SELECT
    e.opportunity_id,
    l.stage_id,
    l.pos,
    e.is_day,
    CASE WHEN e.is_timed THEN e.moment END AS entered_at,
    CASE WHEN e.is_timed THEN CAST(e.moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END
      AS entered_on,
    e.next_rung IS NOT NULL AS is_advanced,
    CASE WHEN e.next_is_timed THEN e.next_moment END AS advanced_at,
    COALESCE(e.is_day OR e.next_is_day, e.is_day) AS has_days,
    s.days AS stage_days,
    s.opportunity_id IS NOT NULL AS is_visited,
    NOT COALESCE(s.is_current, FALSE) AS has_left,
    CASE WHEN NOT s.is_current AND s.ending >= 2 THEN s.left_moment END AS left_at,
    MOD(s.ending, 2) = 1 AS left_is_day
  FROM followed AS e
  JOIN ladder AS l ON l.pipeline_id = e.pipeline_id AND l.rung = e.rung
  LEFT JOIN stays AS s ON s.opportunity_id = e.opportunity_id AND s.stage_id = l.stage_id
),
dated AS (
  SELECT
    *,
    CAST(left_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) AS left_on
  FROM passed
)
SELECT
  *,
  CASE WHEN is_day THEN CAST(entered_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'
    ELSE entered_at + INTERVAL '1' MICROSECOND END AS entered_until,
  CASE WHEN left_is_day THEN CAST(left_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'
    ELSE left_at + INTERVAL '1' MICROSECOND END AS left_until
FROM dated
