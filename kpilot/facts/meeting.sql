/* One row per meeting known at :as_of (booked before it, or held before it).

   Specification §2.4. `booked_…` is who booked it and when; `held_…` who held it and when it
   starts. Done and missed (`is_no_show`) meetings lie in the past. `is_rebooked`: booked less than
   24 h after a meeting with the same lead that was cancelled, so it replaces that one.
   `is_first_of_lead`: the first booked with that lead. */
WITH known AS (
  SELECT
    a.*,
    n.anchor_id,
    COALESCE(a.created_at, CAST(a.created_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
      AS booked_moment,
    CASE WHEN a.created_on IS NOT NULL THEN a.created_on
      ELSE CAST(a.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS booked_on,
    CASE WHEN a.at_on IS NOT NULL THEN a.at_on
      ELSE CAST(a.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS held_on,
    COALESCE(a.at < :as_of OR a.at_on < :as_of_day, FALSE) AS is_past,
    COALESCE(a.status, '') AS said
  FROM activity AS a
  LEFT JOIN facts.lead_anchor AS n ON n.lead_id = a.lead_id
  WHERE a.kind = 'meeting'
    AND COALESCE(a.is_test, FALSE) = FALSE
    AND a.merged_into_id IS NULL
    AND (a.deleted_at IS NULL OR a.deleted_at >= :as_of)
    AND (a.deleted_on IS NULL OR a.deleted_on >= :as_of_day)
    AND CASE WHEN a.created_at IS NOT NULL OR a.created_on IS NOT NULL
      THEN a.created_at < :as_of OR a.created_on < :as_of_day
      ELSE a.at < :as_of OR a.at_on < :as_of_day END
),
following AS (
  SELECT
    *,
    LAG(said) OVER (PARTITION BY anchor_id ORDER BY booked_moment, id) AS said_before,
    LAG(booked_moment) OVER (PARTITION BY anchor_id ORDER BY booked_moment, id) AS moment_before,
    ROW_NUMBER() OVER (PARTITION BY anchor_id ORDER BY booked_moment, id) AS place
  FROM known
),
done AS (
  SELECT id FROM facts.activity WHERE kind = 'meeting' AND is_done
),
team_spans AS (
  SELECT * FROM facts.team_span
),
placed AS (
  SELECT
    f.id, f.name, f.source, f.load_id, f.anchor_id, f.booked_on, f.held_on, f.at, f.agent_id,
    f.created_at AS booked_at,
    COALESCE(f.created_by_id, f.agent_id) AS booker_id,
    (f.said = 'done' OR d.id IS NOT NULL) AND f.is_past AS is_held,
    f.said = 'no_show' AND f.is_past AS is_no_show,
    f.said = 'cancelled' AS is_cancelled,
    COALESCE(f.anchor_id IS NOT NULL AND f.said_before = 'cancelled'
      AND f.booked_moment < f.moment_before + INTERVAL '1' DAY, FALSE) AS is_rebooked,
    f.anchor_id IS NOT NULL AND f.booked_on IS NOT NULL AND f.place = 1 AS is_first_of_lead,
    COALESCE(f.account_id, NULLIF(o.account_id, '(none)'), l.account_id) AS real_account_id,
    COALESCE(l.channel_id, NULLIF(o.channel_id, '(none)')) AS real_channel_id,
    COALESCE(l.campaign_id, o.campaign_id, '(none)') AS campaign_id,
    COALESCE(o.product_id, '(none)') AS product_id,
    COALESCE(o.pipeline_id, '(none)') AS pipeline_id
  FROM following AS f
  LEFT JOIN done AS d ON d.id = f.id
  LEFT JOIN lead AS l ON l.id = f.anchor_id
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = f.opportunity_id
  LEFT JOIN facts.opportunity AS o ON o.id = COALESCE(m.anchor_id, f.opportunity_id)
)
SELECT
  p.id,
  p.name,
  p.source,
  p.load_id,
  p.anchor_id,
  p.booked_at,
  p.booked_on,
  p.at AS held_at,
  p.held_on,
  p.is_held,
  p.is_no_show,
  p.is_cancelled,
  p.is_rebooked,
  p.is_first_of_lead,
  COALESCE(p.booker_id, '(unassigned)') AS first_agent_id,
  COALESCE(p.booker_id, '(unassigned)') AS booked_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS held_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN u.agent_id IS NULL THEN k.team_id ELSE u.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN u.agent_id IS NULL THEN k.team_id ELSE u.team_id END, '(none)')
    AS booked_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS held_team_id,
  COALESCE(CASE WHEN c.agent_id IS NULL THEN g.team_id ELSE c.team_id END, '(none)')
    AS current_team_id,
  COALESCE(p.real_account_id, '(none)') AS account_id,
  p.product_id,
  COALESCE(p.real_channel_id, b.first_channel_id, '(none)') AS channel_id,
  p.campaign_id,
  p.pipeline_id,
  COALESCE(b.segment, '(none)') AS segment,
  COALESCE(b.industry, '(none)') AS industry,
  COALESCE(b.country, '(none)') AS country
FROM placed AS p
LEFT JOIN account AS b ON b.id = p.real_account_id
LEFT JOIN agent AS g ON g.id = p.agent_id
LEFT JOIN agent AS k ON k.id = p.booker_id
LEFT JOIN team_spans AS t ON t.agent_id = p.agent_id
  AND t.valid_from <= p.held_on AND p.held_on < t.valid_to
LEFT JOIN team_spans AS u ON u.agent_id = p.booker_id
  AND u.valid_from <= p.booked_on AND p.booked_on < u.valid_to
LEFT JOIN team_spans AS c ON c.agent_id = p.agent_id
  AND c.valid_from <= :last_day AND :last_day < c.valid_to
ORDER BY booked_on
