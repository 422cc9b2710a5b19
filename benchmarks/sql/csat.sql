-- Satisfied answers, by the account's owner and month.
SELECT
  date_trunc('month', answered_on) AS month,
  owner_agent_id AS agent,
  count(*) FILTER (WHERE is_csat AND NOT is_off_scale AND is_satisfied)
    / nullif(count(*) FILTER (WHERE is_csat AND NOT is_off_scale), 0) AS value,
  count(*) FILTER (WHERE is_csat AND NOT is_off_scale AND is_satisfied) AS num,
  count(*) FILTER (WHERE is_csat AND NOT is_off_scale) AS den
FROM facts.survey
WHERE answered_on >= DATE '2023-01-01' AND answered_on < DATE '2026-01-01'
GROUP BY 1, 2
