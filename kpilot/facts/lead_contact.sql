/* One row per time somebody reached out to a lead before :as_of (`is_touch` of activity), by the
   lead's anchor and with who had the lead then (`contacted_…`, rules G9 and G16). */
WITH touches AS (
  SELECT
    t.id, t.name, t.source, t.load_id, t.kind, t.at, t.at_on, t.anchor_id, t.pipeline_id,
    CASE WHEN t.at IS NOT NULL THEN t.at + INTERVAL '1' MICROSECOND
      ELSE CAST(t.at_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC' END AS owned_until
  FROM facts.activity AS t
  WHERE t.is_touch AND t.anchor_id IS NOT NULL
),
manned AS (
  SELECT
    t.*,
    COALESCE(CASE WHEN l.lacks_owner_history THEN l.current_agent_id ELSE w.charged_id END,
      '(unassigned)') AS contacted_agent_id,
    l.first_agent_id, l.current_agent_id, l.first_team_id, l.current_team_id,
    l.account_id, l.product_id, l.channel_id, l.campaign_id, l.segment, l.industry, l.country,
    l.lacks_owner_history
  FROM touches AS t
  JOIN facts.lead AS l ON l.id = t.anchor_id
  LEFT JOIN facts.lead_owner_span AS w ON w.lead_id = t.anchor_id
    AND w.valid_from < t.owned_until AND t.owned_until <= w.valid_to
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  m.id, m.name, m.source, m.load_id, m.kind, m.at, m.at_on, m.anchor_id,
  m.first_agent_id, m.contacted_agent_id, m.current_agent_id,
  m.first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS contacted_team_id,
  m.current_team_id,
  m.account_id, m.product_id, m.channel_id, m.campaign_id, m.pipeline_id,
  m.segment, m.industry, m.country,
  m.lacks_owner_history
FROM manned AS m
LEFT JOIN agent AS g ON g.id = m.contacted_agent_id
LEFT JOIN team_spans AS t ON t.agent_id = m.contacted_agent_id
  AND t.valid_from <= m.at_on AND m.at_on < t.valid_to
ORDER BY m.at_on
