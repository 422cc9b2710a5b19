/* One row per activity that took place before :as_of: done, or tried (`is_touch`).

   Rules G3, G10 and specification §2.4. Done: completed by then; said to be done, or of a source
   that has no status, with its start in the past (a task is never done by being past). `done_…`
   is the completion, else the start; `at…` the start, else the completion. `is_human`: not
   automatic, and of the kinds chosen (:activity_kinds). `is_touch`: outbound, not automatic,
   begun, and neither planned nor cancelled: whatever came of it. Rows about a merged record count
   for the one it went into; `anchor_id` is the lead's anchor and `opportunity_id` an opportunity
   that is there, NULL without one. The agent is who acted. `hour_of_day` is that of the
   completion, on the organisation's clock. */
WITH silent_sources AS (
  SELECT source
  FROM activity
  GROUP BY source
  HAVING COUNT(status) = 0
),
settled AS (
  SELECT
    a.id, a.name, a.source, a.load_id, a.kind, a.agent_id, a.account_id, a.lead_id,
    COALESCE(m.anchor_id, a.opportunity_id) AS opportunity_id,
    CASE
      WHEN a.status IN ('cancelled', 'no_show') THEN FALSE
      WHEN a.completed_at IS NOT NULL OR a.completed_on IS NOT NULL
        THEN COALESCE(a.completed_at < :as_of OR a.completed_on < :as_of_day, FALSE)
      WHEN a.status = 'done' OR (a.status IS NULL AND s.source IS NOT NULL AND a.kind <> 'task')
        THEN COALESCE(a.at < :as_of OR a.at_on < :as_of_day, FALSE)
      ELSE FALSE
    END AS is_done,
    COALESCE(a.direction = 'out', FALSE) AND NOT COALESCE(a.is_automated, FALSE)
      AND COALESCE(a.status, 'done') NOT IN ('planned', 'cancelled')
      AND CASE WHEN a.at IS NOT NULL OR a.at_on IS NOT NULL
        THEN COALESCE(a.at < :as_of OR a.at_on < :as_of_day, FALSE)
        ELSE COALESCE(a.completed_at < :as_of OR a.completed_on < :as_of_day, FALSE)
      END AS is_touch,
    COALESCE(a.is_automated, FALSE) AS is_automated,
    CASE WHEN a.at IS NOT NULL OR a.at_on IS NOT NULL THEN a.at ELSE a.completed_at END AS at,
    CASE WHEN a.at_on IS NOT NULL THEN a.at_on
      WHEN a.at IS NOT NULL THEN CAST(a.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
      WHEN a.completed_on IS NOT NULL THEN a.completed_on
      ELSE CAST(a.completed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS at_on,
    CASE WHEN a.completed_at IS NOT NULL OR a.completed_on IS NOT NULL THEN a.completed_at
      ELSE a.at END AS done_at,
    CASE WHEN a.completed_on IS NOT NULL THEN a.completed_on
      WHEN a.completed_at IS NOT NULL
        THEN CAST(a.completed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
      WHEN a.at_on IS NOT NULL THEN a.at_on
      ELSE CAST(a.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS done_on
  FROM activity AS a
  LEFT JOIN silent_sources AS s ON s.source = a.source
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = a.opportunity_id
  WHERE COALESCE(a.is_test, FALSE) = FALSE
    AND a.merged_into_id IS NULL
    AND (a.deleted_at IS NULL OR a.deleted_at >= :as_of)
    AND (a.deleted_on IS NULL OR a.deleted_on >= :as_of_day)
),
team_spans AS (
  SELECT * FROM facts.team_span
),
placed AS (
  SELECT
    t.*,
    n.anchor_id,
    o.id AS seen_opportunity_id,
    COALESCE(t.account_id, NULLIF(o.account_id, '(none)'), l.account_id) AS real_account_id,
    COALESCE(l.channel_id, NULLIF(o.channel_id, '(none)')) AS real_channel_id,
    COALESCE(l.campaign_id, o.campaign_id, '(none)') AS campaign_id,
    COALESCE(o.pipeline_id, '(none)') AS pipeline_id
  FROM settled AS t
  LEFT JOIN facts.lead_anchor AS n ON n.lead_id = t.lead_id
  LEFT JOIN lead AS l ON l.id = n.anchor_id
  LEFT JOIN facts.opportunity AS o ON o.id = t.opportunity_id
  WHERE t.is_done OR t.is_touch
)
SELECT
  p.id,
  p.name,
  p.source,
  p.load_id,
  p.kind,
  p.at,
  p.at_on,
  CASE WHEN p.is_done THEN p.done_at END AS done_at,
  CASE WHEN p.is_done THEN p.done_on END AS done_on,
  CASE WHEN NOT p.is_done OR p.done_at IS NULL THEN '(none)' ELSE LPAD(CAST(
    EXTRACT(HOUR FROM p.done_at AT TIME ZONE 'UTC' AT TIME ZONE :tz) AS VARCHAR), 2, '0')
  END AS hour_of_day,
  p.is_done,
  p.is_automated,
  NOT p.is_automated AND ('' IN (:activity_kinds) OR p.kind IN (:activity_kinds)) AS is_human,
  p.is_touch,
  p.anchor_id,
  p.seen_opportunity_id AS opportunity_id,
  COALESCE(p.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS acting_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS acting_team_id,
  COALESCE(CASE WHEN c.agent_id IS NULL THEN g.team_id ELSE c.team_id END, '(none)')
    AS current_team_id,
  COALESCE(p.real_account_id, '(none)') AS account_id,
  COALESCE(p.real_channel_id, b.first_channel_id, '(none)') AS channel_id,
  p.campaign_id,
  p.pipeline_id,
  COALESCE(b.segment, '(none)') AS segment,
  COALESCE(b.industry, '(none)') AS industry,
  COALESCE(b.country, '(none)') AS country
FROM placed AS p
LEFT JOIN account AS b ON b.id = p.real_account_id
LEFT JOIN agent AS g ON g.id = p.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = p.agent_id
  AND t.valid_from <= p.done_on AND p.done_on < t.valid_to
LEFT JOIN team_spans AS c ON c.agent_id = p.agent_id
  AND c.valid_from <= :last_day AND :last_day < c.valid_to
ORDER BY done_on
