-- Stages left for the next one among those left, by the owner at the entry.
SELECT
  date_trunc('month', entered_on) AS month,
  entered_agent_id AS agent,
  stage_id AS stage,
  count(*) FILTER (WHERE is_advanced)
    / nullif(count(*) FILTER (WHERE is_advanced OR is_lost_here), 0) AS value,
  count(*) FILTER (WHERE is_advanced) AS num,
  count(*) FILTER (WHERE is_advanced OR is_lost_here) AS den,
  count(*) FILTER (WHERE NOT is_advanced AND NOT is_lost_here) AS excluded_still_there
FROM facts.stage_passage
WHERE entered_on >= DATE '2023-01-01' AND entered_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
