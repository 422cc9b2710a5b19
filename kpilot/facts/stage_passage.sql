/* One row per opportunity and open stage of its pipeline that it reached (rule G12):
   facts.stage_entry, which says how that is worked out, with the opportunity and who had it. */
WITH team_spans AS (
  SELECT * FROM facts.team_span
),
charged AS (
  SELECT p.*, e.charged_id AS entered_by, x.charged_id AS left_by
  FROM facts.stage_entry AS p
  LEFT JOIN facts.owner_span AS e ON e.opportunity_id = p.opportunity_id
    AND e.valid_from < p.entered_until AND p.entered_until <= e.valid_to
  LEFT JOIN facts.owner_span AS x ON x.opportunity_id = p.opportunity_id
    AND x.valid_from < p.left_until AND p.left_until <= x.valid_to
),
manned AS (
  SELECT
    p.*,
    o.id, o.name, o.source, o.load_id, o.is_lost, o.history_is_truncated,
    o.amount, o.currency, o.has_amount, o.value_now, o.is_void, o.status,
    o.first_agent_id, o.current_agent_id, o.first_team_id, o.current_team_id,
    o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id,
    o.segment, o.industry, o.country, o.lacks_owner_history,
    COALESCE(CASE WHEN o.lacks_owner_history THEN o.current_agent_id ELSE p.entered_by END,
      '(unassigned)') AS entered_agent_id,
    COALESCE(CASE WHEN o.lacks_owner_history THEN o.current_agent_id ELSE p.left_by END,
      '(unassigned)') AS left_agent_id
  FROM charged AS p
  JOIN facts.opportunity AS o ON o.id = p.opportunity_id
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
  m.is_visited,
  m.is_advanced,
  m.is_lost AND NOT m.is_advanced AS is_lost_here,
  CASE WHEN m.has_days THEN CAST(
    CAST(m.advanced_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) - m.entered_on AS DOUBLE)
    ELSE (EPOCH(m.advanced_at) - EPOCH(m.entered_at)) / 86400.0 END AS advance_days,
  CASE WHEN m.is_day THEN CAST(:as_of_date - m.entered_on AS DOUBLE)
    ELSE (EPOCH(:as_of) - EPOCH(m.entered_at)) / 86400.0 END AS seen_days,
  COALESCE(CASE WHEN m.is_day THEN CAST(:as_of_date - m.entered_on AS DOUBLE)
    ELSE (EPOCH(:as_of) - EPOCH(m.entered_at)) / 86400.0 END < :stage_window_days, FALSE)
    AS is_immature,
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
