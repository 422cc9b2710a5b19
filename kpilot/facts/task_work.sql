/* One row per time somebody worked on a task before :as_of: a change of status, a comment, an
   entry of time, or its completion (by the assignee). Specification §2.4, `tasks_worked_on`. */
WITH work AS (
  SELECT
    e.task_id,
    e.agent_id,
    CASE WHEN e.at_on IS NOT NULL THEN e.at_on
      ELSE CAST(e.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS worked_on
  FROM task_event AS e
  WHERE e.kind IN ('status', 'comment', 'time') AND (e.at < :as_of OR e.at_on < :as_of_day)
  UNION
  SELECT id, NULLIF(done_agent_id, '(unassigned)'), completed_on
  FROM facts.task
  WHERE completed_on IS NOT NULL
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  k.id, k.name, k.source, k.load_id,
  w.worked_on,
  COALESCE(w.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(w.agent_id, '(unassigned)') AS acting_agent_id,
  COALESCE(w.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS acting_team_id,
  COALESCE(CASE WHEN c.agent_id IS NULL THEN g.team_id ELSE c.team_id END, '(none)')
    AS current_team_id,
  k.account_id, k.product_id, k.channel_id, k.campaign_id, k.pipeline_id,
  k.segment, k.industry, k.country
FROM work AS w
JOIN facts.task AS k ON k.id = w.task_id
LEFT JOIN agent AS g ON g.id = w.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = w.agent_id
  AND t.valid_from <= w.worked_on AND w.worked_on < t.valid_to
LEFT JOIN team_spans AS c ON c.agent_id = w.agent_id
  AND c.valid_from <= :last_day AND :last_day < c.valid_to
ORDER BY worked_on
