/* One row per opportunity and person who ever had to do with it, with the first moment (G16).

   Whoever owned it, from the day it was theirs, and whoever completed an activity on it that was
   not automatic; queues and system users aside. Without a history of owners, its owner. */
WITH touches AS (
  SELECT w.opportunity_id AS id, w.owner_id AS agent_id, w.valid_from AS since
  FROM facts.owner_span AS w
  LEFT JOIN agent AS a ON a.id = w.owner_id
  WHERE w.owner_id IS NOT NULL AND COALESCE(a.kind, 'human') = 'human'
  UNION ALL
  SELECT o.id, o.current_agent_id, TIMESTAMP '1900-01-01 00:00:00'
  FROM facts.opportunity AS o
  LEFT JOIN agent AS a ON a.id = o.current_agent_id
  WHERE o.lacks_owner_history AND o.current_agent_id <> '(unassigned)'
    AND COALESCE(a.kind, 'human') = 'human'
  UNION ALL
  SELECT d.opportunity_id, d.acting_agent_id,
    COALESCE(d.done_at, CAST(d.done_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
  FROM facts.activity AS d
  LEFT JOIN agent AS a ON a.id = d.acting_agent_id
  WHERE d.is_done AND NOT d.is_automated AND d.opportunity_id IS NOT NULL
    AND d.acting_agent_id <> '(unassigned)' AND COALESCE(a.kind, 'human') = 'human'
)
SELECT id, agent_id, MIN(since) AS since
FROM touches
GROUP BY id, agent_id
