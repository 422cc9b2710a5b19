/* One row per task known at :as_of (activities of the kind task).

   Specification §2.4. A cancelled one was worked on, but is not open, completed or done.
   `is_open`: not done at :as_of. A task said to be done at an unknown time is
   not open and has no `completed_…`. `is_late`: open with its due time past, or a due date before
   the date of :as_of. `is_on_time`: completed by the due time, or on the due date where either
   side is a date only. Agents: done_ and due_ are the assignee, with the team on that day. */
WITH known AS (
  SELECT
    a.*,
    CASE WHEN a.created_on IS NOT NULL THEN a.created_on
      ELSE CAST(a.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS made_on,
    CASE WHEN a.due_on IS NOT NULL THEN a.due_on
      ELSE CAST(a.due_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS due_day,
    CASE WHEN a.completed_on IS NOT NULL THEN a.completed_on
      ELSE CAST(a.completed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS completed_day,
    a.completed_at IS NOT NULL OR a.completed_on IS NOT NULL AS is_dated,
    COALESCE(a.status, '') = 'cancelled' AS is_cancelled,
    COALESCE(a.status, '') <> 'cancelled'
      AND COALESCE(a.completed_at < :as_of OR a.completed_on < :as_of_day, FALSE) AS is_completed
  FROM activity AS a
  WHERE a.kind = 'task'
    AND COALESCE(a.is_test, FALSE) = FALSE
    AND a.merged_into_id IS NULL
    AND (a.deleted_at IS NULL OR a.deleted_at >= :as_of)
    AND (a.deleted_on IS NULL OR a.deleted_on >= :as_of_day)
    AND (a.created_at IS NULL OR a.created_at < :as_of)
    AND (a.created_on IS NULL OR a.created_on < :as_of_day)
),
team_spans AS (
  SELECT * FROM facts.team_span
),
placed AS (
  SELECT
    k.*,
    k.is_completed OR (NOT k.is_dated AND COALESCE(k.status, '') = 'done') AS is_done,
    CASE WHEN k.due_at IS NOT NULL AND k.completed_at IS NOT NULL THEN k.completed_at <= k.due_at
      ELSE k.completed_day <= k.due_day END AS is_in_time,
    n.anchor_id,
    COALESCE(k.account_id, NULLIF(o.account_id, '(none)'), l.account_id) AS real_account_id,
    COALESCE(l.channel_id, NULLIF(o.channel_id, '(none)')) AS real_channel_id,
    COALESCE(l.campaign_id, o.campaign_id, '(none)') AS campaign_id,
    COALESCE(o.product_id, '(none)') AS product_id,
    COALESCE(o.pipeline_id, '(none)') AS pipeline_id
  FROM known AS k
  LEFT JOIN facts.lead_anchor AS n ON n.lead_id = k.lead_id
  LEFT JOIN lead AS l ON l.id = n.anchor_id
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = k.opportunity_id
  LEFT JOIN facts.opportunity AS o ON o.id = COALESCE(m.anchor_id, k.opportunity_id)
)
SELECT
  p.id,
  p.name,
  p.source,
  p.load_id,
  p.created_at,
  p.made_on AS created_on,
  p.due_at,
  p.due_day AS due_on,
  CASE WHEN p.is_completed THEN p.completed_at END AS completed_at,
  CASE WHEN p.is_completed THEN p.completed_day END AS completed_on,
  p.is_done,
  NOT p.is_done AND NOT p.is_cancelled AS is_open,
  p.is_completed,
  p.is_completed AND COALESCE(p.is_in_time, FALSE) AS is_on_time,
  NOT p.is_done AND NOT p.is_cancelled
    AND CASE WHEN p.due_on IS NOT NULL THEN p.due_on < :as_of_date
      ELSE COALESCE(p.due_at < :as_of, FALSE) END AS is_late,
  COALESCE(p.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS done_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS due_agent_id,
  COALESCE(p.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN f.agent_id IS NULL THEN g.team_id ELSE f.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS done_team_id,
  COALESCE(CASE WHEN u.agent_id IS NULL THEN g.team_id ELSE u.team_id END, '(none)')
    AS due_team_id,
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
LEFT JOIN team_spans AS f ON f.agent_id = p.agent_id
  AND f.valid_from <= p.made_on AND p.made_on < f.valid_to
LEFT JOIN team_spans AS t ON t.agent_id = p.agent_id
  AND t.valid_from <= p.completed_day AND p.completed_day < t.valid_to
LEFT JOIN team_spans AS u ON u.agent_id = p.agent_id
  AND u.valid_from <= p.due_day AND p.due_day < u.valid_to
LEFT JOIN team_spans AS c ON c.agent_id = p.agent_id
  AND c.valid_from <= :last_day AND :last_day < c.valid_to
ORDER BY due_on
