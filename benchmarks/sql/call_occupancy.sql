-- Time on calls over time on calls or waiting for one, by agent and month.
SELECT
  date_trunc('month', worked_on) AS month,
  call_agent_id AS agent,
  sum(handled_s) FILTER (WHERE NOT lacks_seconds)
    / nullif(sum(handled_s + idle_s) FILTER (WHERE NOT lacks_seconds), 0) AS value,
  sum(handled_s) FILTER (WHERE NOT lacks_seconds) AS num,
  sum(handled_s + idle_s) FILTER (WHERE NOT lacks_seconds) AS den,
  count(*) FILTER (WHERE NOT lacks_seconds) AS n,
  count(*) FILTER (WHERE lacks_states) AS flagged
FROM facts.agent_time
WHERE worked_on >= DATE '2023-01-01' AND worked_on < DATE '2026-01-01'
GROUP BY 1, 2
