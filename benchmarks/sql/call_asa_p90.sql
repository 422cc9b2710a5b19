-- Seconds before nine calls in ten are answered, by agent and month.
SELECT
  date_trunc('month', started_on) AS month,
  call_agent_id AS agent,
  quantile_cont(wait_s, 0.9) FILTER (WHERE is_answered AND NOT lacks_wait) AS value,
  avg(wait_s) FILTER (WHERE is_answered AND NOT lacks_wait) AS mean,
  count(*) FILTER (WHERE is_answered AND NOT lacks_wait) AS n
FROM facts.call_unit
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
