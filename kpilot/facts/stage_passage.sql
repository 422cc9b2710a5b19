/* One row per opportunity and open stage of its pipeline that it reached (rule G12).

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
tops AS (
  SELECT opportunity_id, MAX(rung) AS rung FROM entries GROUP BY opportunity_id
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
    n.opportunity_id IS NOT NULL AS is_advanced,
    CASE WHEN n.is_timed THEN n.moment END AS advanced_at,
    COALESCE(e.is_day OR n.is_day, e.is_day) AS has_days,
    p.rung = e.rung AS is_furthest,
    s.days AS stage_days,
    NOT COALESCE(s.is_current, FALSE) AS has_left,
    CASE WHEN NOT s.is_current AND s.ending >= 2 THEN s.left_moment END AS left_at,
    MOD(s.ending, 2) = 1 AS left_is_day
  FROM entries AS e
  JOIN ladder AS l ON l.pipeline_id = e.pipeline_id AND l.rung = e.rung
  JOIN tops AS p ON p.opportunity_id = e.opportunity_id
  LEFT JOIN entries AS n ON n.opportunity_id = e.opportunity_id AND n.rung = e.rung + 1
  LEFT JOIN stays AS s ON s.opportunity_id = e.opportunity_id AND s.stage_id = l.stage_id
),
dated AS (
  SELECT
    *,
    CAST(left_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) AS left_on
  FROM passed
),
owned AS (
  SELECT
    *,
    CASE WHEN is_day THEN CAST(entered_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'
      ELSE entered_at + INTERVAL '1' MICROSECOND END AS entered_until,
    CASE WHEN left_is_day THEN CAST(left_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'
      ELSE left_at + INTERVAL '1' MICROSECOND END AS left_until
  FROM dated
),
team_spans AS (
  SELECT * FROM facts.team_span
),
manned AS (
  SELECT
    p.*,
    o.id, o.name, o.source, o.load_id, o.is_lost, o.history_is_truncated,
    o.amount, o.currency, o.has_amount, o.value_now, o.is_void, o.status,
    o.first_agent_id, o.current_agent_id, o.first_team_id, o.current_team_id,
    o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id,
    o.segment, o.industry, o.country, o.lacks_owner_history,
    COALESCE(CASE WHEN o.lacks_owner_history THEN o.current_agent_id ELSE e.charged_id END,
      '(unassigned)') AS entered_agent_id,
    COALESCE(CASE WHEN o.lacks_owner_history THEN o.current_agent_id ELSE x.charged_id END,
      '(unassigned)') AS left_agent_id
  FROM owned AS p
  JOIN facts.opportunity AS o ON o.id = p.opportunity_id
  LEFT JOIN facts.owner_span AS e ON e.opportunity_id = p.opportunity_id
    AND e.valid_from < p.entered_until AND p.entered_until <= e.valid_to
  LEFT JOIN facts.owner_span AS x ON x.opportunity_id = p.opportunity_id
    AND x.valid_from < p.left_until AND p.left_until <= x.valid_to
)
SELECT
  m.id,
  m.name,
  m.source,
  m.load_id,
  m.stage_id,
  m.pos,
  m.entered_at,
  m.entered_on,
  m.advanced_at,
  m.left_on,
  m.is_advanced,
  m.is_lost AND m.is_furthest AS is_lost_here,
  CASE WHEN m.has_days THEN CAST(
    CAST(m.advanced_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) - m.entered_on AS DOUBLE)
    ELSE (EPOCH(m.advanced_at) - EPOCH(m.entered_at)) / 86400.0 END AS advance_days,
  CASE WHEN m.is_day THEN CAST(:as_of_date - m.entered_on AS DOUBLE)
    ELSE (EPOCH(:as_of) - EPOCH(m.entered_at)) / 86400.0 END AS seen_days,
  m.stage_days,
  m.has_left,
  m.history_is_truncated,
  m.amount, m.currency, m.has_amount, m.value_now, m.is_void, m.status,
  m.first_agent_id, m.entered_agent_id, m.left_agent_id, m.current_agent_id,
  m.first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS entered_team_id,
  COALESCE(CASE WHEN u.agent_id IS NULL THEN h.team_id ELSE u.team_id END, '(none)')
    AS left_team_id,
  m.current_team_id,
  m.account_id, m.product_id, m.channel_id, m.campaign_id, m.pipeline_id,
  m.segment, m.industry, m.country,
  m.lacks_owner_history
FROM manned AS m
LEFT JOIN agent AS g ON g.id = m.entered_agent_id
LEFT JOIN agent AS h ON h.id = m.left_agent_id
LEFT JOIN team_spans AS t ON t.agent_id = m.entered_agent_id
  AND t.valid_from <= m.entered_on AND m.entered_on < t.valid_to
LEFT JOIN team_spans AS u ON u.agent_id = m.left_agent_id
  AND u.valid_from <= m.left_on AND m.left_on < u.valid_to
ORDER BY m.entered_on
