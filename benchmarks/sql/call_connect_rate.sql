-- Calls out that were answered, by agent and month.
SELECT
  date_trunc('month', started_on) AS month,
  call_agent_id AS agent,
  count(*) FILTER (WHERE is_connected)
    / nullif(count(*) FILTER (WHERE is_attempt), 0) AS value,
  count(*) FILTER (WHERE is_connected) AS num,
  count(*) FILTER (WHERE is_attempt) AS den
FROM facts.call_unit
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
