-- Different tasks worked on, by who did and month.
SELECT
  date_trunc('month', worked_on) AS month,
  acting_agent_id AS agent,
  count(DISTINCT id) AS value,
  count(*) AS n
FROM facts.task_work
WHERE worked_on >= DATE '2023-01-01' AND worked_on < DATE '2026-01-01'
GROUP BY 1, 2
