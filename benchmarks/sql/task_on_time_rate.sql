-- Tasks done in time among those done or late, by assignee and month due.
SELECT
  date_trunc('month', due_on) AS month,
  due_agent_id AS agent,
  count(*) FILTER (WHERE is_on_time)
    / nullif(count(*) FILTER (WHERE is_completed OR is_late), 0) AS value,
  count(*) FILTER (WHERE is_on_time) AS num,
  count(*) FILTER (WHERE is_completed OR is_late) AS den
FROM facts.task
WHERE due_on >= DATE '2023-01-01' AND due_on < DATE '2026-01-01'
GROUP BY 1, 2
