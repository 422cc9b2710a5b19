-- Meetings held among those held or missed, by who held and month.
SELECT
  date_trunc('month', held_on) AS month,
  held_agent_id AS agent,
  count(*) FILTER (WHERE is_held)
    / nullif(count(*) FILTER (WHERE is_held OR is_no_show), 0) AS value,
  count(*) FILTER (WHERE is_held) AS num,
  count(*) FILTER (WHERE is_held OR is_no_show) AS den
FROM facts.meeting
WHERE held_on >= DATE '2023-01-01' AND held_on < DATE '2026-01-01'
GROUP BY 1, 2
