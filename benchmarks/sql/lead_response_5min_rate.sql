-- Leads contacted within five minutes, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE response_is_known AND seen_seconds >= 300 AND touch_seconds <= 300)
    / nullif(count(*) FILTER (WHERE response_is_known AND seen_seconds >= 300), 0) AS value,
  count(*) FILTER (WHERE response_is_known AND seen_seconds >= 300 AND touch_seconds <= 300)
    AS num,
  count(*) FILTER (WHERE response_is_known AND seen_seconds >= 300) AS den
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
