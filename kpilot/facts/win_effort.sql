/* One row per won opportunity with the completed human activities that led to it: linked to it
   and done by the time it closed, or on that day where either side is a date only
   (specification §2.4, `activities_per_win`). */
WITH efforts AS (
  SELECT a.opportunity_id, COUNT(*) AS activities
  FROM facts.activity AS a
  JOIN facts.opportunity AS o ON o.id = a.opportunity_id
  WHERE a.is_done AND a.is_human AND o.is_won
    AND CASE WHEN a.done_at IS NOT NULL AND o.closed_at IS NOT NULL THEN a.done_at <= o.closed_at
      ELSE a.done_on <= o.closed_on END
  GROUP BY a.opportunity_id
)
SELECT
  o.id, o.name, o.source, o.load_id,
  o.closed_at, o.closed_on, o.is_closed, o.is_void,
  COALESCE(e.activities, 0) AS activities,
  o.first_agent_id, o.closed_agent_id, o.current_agent_id,
  o.first_team_id, o.closed_team_id, o.current_team_id,
  o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id,
  o.segment, o.industry, o.country
FROM facts.opportunity AS o
LEFT JOIN efforts AS e ON e.opportunity_id = o.id
WHERE o.is_won
ORDER BY o.closed_on
