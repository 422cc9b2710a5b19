/* One row per period asked and task that was open and late at its end, or at :as_of if that comes
   first: past its due time, or with a due date before the date of that moment (rule G8, stocks;
   specification §2.4). A level belongs to who has it at :as_of, and to the team of then. */
SELECT
  w.bucket,
  k.id, k.name, k.source, k.load_id, k.created_on, k.due_on,
  k.current_agent_id AS first_agent_id,
  k.current_agent_id AS due_agent_id,
  k.current_agent_id,
  k.current_team_id AS first_team_id, k.current_team_id AS due_team_id, k.current_team_id,
  k.account_id, k.product_id, k.channel_id, k.campaign_id, k.pipeline_id,
  k.segment, k.industry, k.country
FROM facts.task AS k
CROSS JOIN facts.window AS w
WHERE (k.is_open OR (k.completed_at IS NOT NULL AND k.completed_at >= w.cut_at)
    OR (k.completed_at IS NULL AND k.completed_on >= w.cut_on))
  AND (k.created_on IS NULL OR (k.created_at IS NOT NULL AND k.created_at < w.cut_at)
    OR (k.created_at IS NULL AND k.created_on < w.cut_on))
  AND (k.due_at < w.cut_at OR (k.due_at IS NULL AND k.due_on < w.cut_day))
