/* One row per opportunity and open stage of its pipeline that it reached (rule G12).

   A stage is reached when the furthest stage ever was at or beyond it, or the opportunity was won;
   a skipped stage is reached at the moment of the next one but has no time spent in it; time in a
   stage is the sum of its visits, still running when the opportunity is in it at :as_of. Rows of
   another pipeline than the opportunity's own and of truncated histories give no moments. Days are
   elapsed time, or differences of dates where the history knows dates only. */
WITH steps AS (
  SELECT
    h.opportunity_id,
    s.pos,
    s.kind,
    h.stage_id,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment,
    COALESCE(h.at_on, CAST(h.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    h.at IS NULL AS is_day,
    h.load_id,
    h.origin = 'source' AS is_timed
  FROM stage_history AS h
  JOIN stage AS s ON s.id = h.stage_id
  JOIN facts.opportunity AS o ON o.id = h.opportunity_id
  WHERE (h.at < :as_of OR h.at_on < :as_of_day)
    AND COALESCE(s.pipeline_id, 'default') = o.pipeline_id
    AND NOT o.is_void
),
marks AS (
  SELECT
    *,
    LEAD(moment) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS next_moment,
    LEAD(day) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS next_day,
    LEAD(is_day) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS next_is_day,
    ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS step
  FROM steps
),
reach AS (
  SELECT
    opportunity_id,
    MAX(CASE WHEN kind = 'open' THEN pos END) AS max_pos,
    MIN(CASE WHEN kind = 'open' THEN pos END) AS min_pos
  FROM marks
  GROUP BY opportunity_id
),
ladder AS (
  SELECT
    id AS stage_id,
    COALESCE(pipeline_id, 'default') AS pipeline_id,
    pos,
    LEAD(pos) OVER (PARTITION BY COALESCE(pipeline_id, 'default') ORDER BY pos) AS next_pos
  FROM stage
  WHERE kind = 'open'
),
reached AS (
  SELECT
    o.id AS opportunity_id,
    l.stage_id,
    l.pos,
    l.next_pos,
    r.max_pos,
    o.is_won,
    o.is_lost,
    o.history_is_truncated,
    o.closed_at,
    o.closed_on
  FROM facts.opportunity AS o
  JOIN reach AS r ON r.opportunity_id = o.id
  JOIN ladder AS l ON l.pipeline_id = o.pipeline_id
  WHERE o.is_won OR r.max_pos >= l.pos
),
moments AS (
  SELECT
    r.opportunity_id,
    r.pos,
    MIN(CASE WHEN (m.kind = 'open' AND m.pos >= r.pos) OR (m.kind = 'won' AND r.is_won)
      THEN m.moment END) AS entered_at,
    MIN(CASE WHEN (m.kind = 'open' AND m.pos >= r.pos) OR (m.kind = 'won' AND r.is_won)
      THEN m.day END) AS entered_on,
    MIN(CASE WHEN (m.kind = 'open' AND r.next_pos IS NOT NULL AND m.pos >= r.next_pos)
      OR (m.kind = 'won' AND r.is_won) THEN m.moment END) AS advanced_at,
    SUM(CASE
      WHEN m.stage_id <> r.stage_id OR NOT m.is_timed THEN NULL
      WHEN m.is_day OR m.next_is_day
        THEN CAST(COALESCE(m.next_day, :as_of_date) - m.day AS DOUBLE)
      ELSE (EPOCH(COALESCE(m.next_moment, :as_of)) - EPOCH(m.moment)) / 86400.0
    END) AS days,
    MAX(CASE WHEN m.is_day THEN 1 ELSE 0 END) = 1 AS has_days,
    MIN(CASE WHEN (m.kind = 'open' AND r.next_pos IS NOT NULL AND m.pos >= r.next_pos)
      OR (m.kind = 'won' AND r.is_won) THEN m.day END) AS advanced_on,
    MAX(CASE WHEN m.stage_id = r.stage_id AND m.next_moment IS NULL THEN 1 ELSE 0 END) = 1
      AS is_current,
    MAX(CASE WHEN m.stage_id = r.stage_id THEN m.next_moment END) AS left_at
  FROM reached AS r
  JOIN marks AS m ON m.opportunity_id = r.opportunity_id
  GROUP BY r.opportunity_id, r.pos
),
owner_spans AS (
  SELECT
    opportunity_id,
    agent_id,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS valid_from,
    LEAD(COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')) OVER (
      PARTITION BY opportunity_id
      ORDER BY COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'), load_id
    ) AS valid_to
  FROM owner_history
  WHERE at < :as_of OR at_on < :as_of_day
),
team_spans AS (
  SELECT
    agent_id,
    team_id,
    CASE WHEN LAG(from_date) OVER (PARTITION BY agent_id ORDER BY from_date) IS NULL
      THEN DATE '0001-01-01' ELSE from_date END AS valid_from,
    COALESCE(LEAD(from_date) OVER (PARTITION BY agent_id ORDER BY from_date), DATE '9999-12-31')
      AS valid_to
  FROM agent_team_history
),
manned AS (
  SELECT
    m.*,
    COALESCE(s.agent_id, o.first_agent_id) AS entered_agent_id
  FROM moments AS m
  JOIN facts.opportunity AS o ON o.id = m.opportunity_id
  LEFT JOIN owner_spans AS s ON s.opportunity_id = m.opportunity_id
    AND s.valid_from <= m.entered_at
    AND (s.valid_to IS NULL OR m.entered_at < s.valid_to)
)
SELECT
  o.id,
  o.name,
  o.source,
  o.load_id,
  r.stage_id,
  r.pos,
  CASE WHEN NOT r.history_is_truncated THEN m.entered_at END AS entered_at,
  CASE WHEN NOT r.history_is_truncated THEN m.entered_on END AS entered_on,
  m.advanced_at,
  CAST(m.left_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) AS left_on,
  COALESCE(r.next_pos <= r.max_pos, FALSE) OR r.is_won AS is_advanced,
  r.is_lost AND r.pos = r.max_pos AS is_lost_here,
  CASE WHEN m.has_days THEN CAST(m.advanced_on - m.entered_on AS DOUBLE)
    ELSE (EPOCH(m.advanced_at) - EPOCH(m.entered_at)) / 86400.0 END AS advance_days,
  CASE WHEN m.has_days THEN CAST(:as_of_date - m.entered_on AS DOUBLE)
    ELSE (EPOCH(:as_of) - EPOCH(m.entered_at)) / 86400.0 END AS seen_days,
  CASE WHEN NOT r.history_is_truncated THEN m.days END AS stage_days,
  NOT m.is_current AS has_left,
  r.history_is_truncated,
  o.amount, o.currency, o.has_amount, o.value_now,
  o.is_void, o.status,
  o.first_agent_id, m.entered_agent_id, o.current_agent_id,
  o.first_team_id, COALESCE(t.team_id, g.team_id, '(none)') AS entered_team_id, o.current_team_id,
  o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id,
  o.segment, o.industry, o.country,
  o.lacks_owner_history
FROM reached AS r
JOIN facts.opportunity AS o ON o.id = r.opportunity_id
JOIN manned AS m ON m.opportunity_id = r.opportunity_id AND m.pos = r.pos
LEFT JOIN agent AS g ON g.id = m.entered_agent_id
LEFT JOIN team_spans AS t ON t.agent_id = m.entered_agent_id
  AND t.valid_from <= m.entered_on AND m.entered_on < t.valid_to
ORDER BY entered_on
