/* One row per stretch of days that an agent was in a team; the first reaches back for ever. */
SELECT
  agent_id,
  team_id,
  CASE WHEN LAG(from_date) OVER (PARTITION BY agent_id ORDER BY from_date) IS NULL
    THEN DATE '0001-01-01' ELSE from_date END AS valid_from,
  COALESCE(LEAD(from_date) OVER (PARTITION BY agent_id ORDER BY from_date), DATE '9999-12-31')
    AS valid_to
FROM agent_team_history
