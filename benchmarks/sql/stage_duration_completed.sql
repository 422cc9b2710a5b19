-- Median days in the stages left, by the owner at the exit and month.
SELECT
  date_trunc('month', left_on) AS month,
  left_agent_id AS agent,
  stage_id AS stage,
  median(stage_days) FILTER (WHERE has_left AND stage_days >= 0) AS value,
  avg(stage_days) FILTER (WHERE has_left AND stage_days >= 0) AS mean,
  count(*) FILTER (WHERE has_left AND stage_days >= 0) AS n
FROM facts.stage_passage
WHERE left_on >= DATE '2023-01-01' AND left_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
