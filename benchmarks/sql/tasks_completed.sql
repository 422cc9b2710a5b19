-- Tasks completed, by assignee and month.
SELECT
  date_trunc('month', completed_on) AS month,
  done_agent_id AS agent,
  count(*) FILTER (WHERE is_completed) AS value,
  count(*) FILTER (WHERE is_completed) AS n
FROM facts.task
WHERE completed_on >= DATE '2023-01-01' AND completed_on < DATE '2026-01-01'
GROUP BY 1, 2
