-- Calls answered within 20 seconds among those offered, by agent and month.
SELECT
  date_trunc('month', started_on) AS month,
  call_agent_id AS agent,
  count(*) FILTER (WHERE is_answered AND wait_s <= 20)
    / nullif(count(*) FILTER (WHERE is_offered AND NOT lacks_wait), 0) AS value,
  count(*) FILTER (WHERE is_answered AND wait_s <= 20) AS num,
  count(*) FILTER (WHERE is_offered AND NOT lacks_wait) AS den,
  count(*) FILTER (WHERE is_short_abandon) AS excluded_short_abandon
FROM facts.call_unit
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
