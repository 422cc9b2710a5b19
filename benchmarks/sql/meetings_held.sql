-- Meetings held, by who held and month.
SELECT
  date_trunc('month', held_on) AS month,
  held_agent_id AS agent,
  count(*) FILTER (WHERE is_held) AS value,
  count(*) FILTER (WHERE is_held) AS n
FROM facts.meeting
WHERE held_on >= DATE '2023-01-01' AND held_on < DATE '2026-01-01'
GROUP BY 1, 2
