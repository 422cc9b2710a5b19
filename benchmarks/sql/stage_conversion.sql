-- Share of the opportunities entering a stage that reach the next within 90 days.
SELECT
  date_trunc('month', entered_on) AS month,
  entered_agent_id AS agent,
  stage_id AS stage,
  count(*) FILTER (WHERE seen_days >= 90 AND advance_days < 90)
    / nullif(count(*) FILTER (WHERE seen_days >= 90), 0) AS value,
  count(*) FILTER (WHERE seen_days >= 90 AND advance_days < 90) AS num,
  count(*) FILTER (WHERE seen_days >= 90) AS den,
  count(*) FILTER (WHERE seen_days < 90) AS excluded_immature
FROM facts.stage_passage
WHERE entered_on >= DATE '2023-01-01' AND entered_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
