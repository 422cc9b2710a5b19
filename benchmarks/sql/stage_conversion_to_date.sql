-- Stages left for the next one so far, by the owner at the entry and month.
SELECT
  date_trunc('month', entered_on) AS month,
  entered_agent_id AS agent,
  stage_id AS stage,
  count(*) FILTER (WHERE is_advanced) / count(*) AS value,
  count(*) FILTER (WHERE is_advanced) AS num,
  count(*) AS den
FROM facts.stage_passage
WHERE entered_on >= DATE '2023-01-01' AND entered_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
