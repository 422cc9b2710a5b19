/* One row per lead (its anchor) and person who ever had to do with it, with the first moment (G16):
   its owners and who completed an activity on it, queues and system users aside. */
WITH touches AS (
  SELECT w.lead_id AS id, w.owner_id AS agent_id, w.valid_from AS since
  FROM facts.lead_owner_span AS w
  LEFT JOIN agent AS a ON a.id = w.owner_id
  WHERE w.owner_id IS NOT NULL AND COALESCE(a.kind, 'human') = 'human'
  UNION ALL
  SELECT l.id, l.current_agent_id, TIMESTAMP '1900-01-01 00:00:00'
  FROM facts.lead AS l
  LEFT JOIN (SELECT DISTINCT lead_id FROM facts.lead_owner_span) AS h ON h.lead_id = l.id
  LEFT JOIN agent AS a ON a.id = l.current_agent_id
  WHERE h.lead_id IS NULL AND l.current_agent_id <> '(unassigned)'
    AND COALESCE(a.kind, 'human') = 'human'
  UNION ALL
  SELECT d.anchor_id, d.acting_agent_id,
    COALESCE(d.done_at, CAST(d.done_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
  FROM facts.activity AS d
  LEFT JOIN agent AS a ON a.id = d.acting_agent_id
  WHERE d.is_done AND NOT d.is_automated AND d.anchor_id IS NOT NULL
    AND d.acting_agent_id <> '(unassigned)' AND COALESCE(a.kind, 'human') = 'human'
)
SELECT id, agent_id, MIN(since) AS since
FROM touches
GROUP BY id, agent_id
