/* One row per period asked and notification that was unread at its end, or at :as_of if that
   comes first (specification §2.4, `notifications_pending`). Teams are those at :as_of. */
WITH team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  w.bucket,
  n.id,
  CAST(NULL AS VARCHAR) AS name,
  n.source,
  n.load_id,
  COALESCE(n.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(n.agent_id, '(unassigned)') AS notified_agent_id,
  COALESCE(n.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS notified_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS current_team_id
FROM notification AS n
CROSS JOIN facts.window AS w
LEFT JOIN agent AS g ON g.id = n.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = n.agent_id
  AND t.valid_from <= :last_day AND :last_day < t.valid_to
WHERE COALESCE(n.is_test, FALSE) = FALSE
  AND n.merged_into_id IS NULL
  AND (n.deleted_at IS NULL OR n.deleted_at >= :as_of)
  AND (n.deleted_on IS NULL OR n.deleted_on >= :as_of_day)
  AND (n.at < w.cut_at OR n.at_on < w.cut_on)
  AND (n.read_at IS NULL OR n.read_at >= w.cut_at)
  AND (n.read_on IS NULL OR n.read_on >= w.cut_on)
