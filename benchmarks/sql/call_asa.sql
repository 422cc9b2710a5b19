-- Mean seconds before a call is answered, by agent and month.
SELECT
  date_trunc('month', started_on) AS month,
  call_agent_id AS agent,
  sum(wait_s) FILTER (WHERE is_answered AND NOT lacks_wait)
    / nullif(count(wait_s) FILTER (WHERE is_answered AND NOT lacks_wait), 0) AS value,
  sum(wait_s) FILTER (WHERE is_answered AND NOT lacks_wait) AS num,
  count(wait_s) FILTER (WHERE is_answered AND NOT lacks_wait) AS den,
  count(*) FILTER (WHERE is_answered AND NOT lacks_wait) AS n
FROM facts.call_unit
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
