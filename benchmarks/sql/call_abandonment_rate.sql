-- Calls given up among those offered, by channel and month.
SELECT
  date_trunc('month', started_on) AS month,
  channel_id AS channel,
  count(*) FILTER (WHERE is_abandoned)
    / nullif(count(*) FILTER (WHERE is_offered), 0) AS value,
  count(*) FILTER (WHERE is_abandoned) AS num,
  count(*) FILTER (WHERE is_offered) AS den,
  count(*) FILTER (WHERE is_short_abandon) AS excluded_short_abandon
FROM facts.call_unit
WHERE started_on >= DATE '2023-01-01' AND started_on < DATE '2026-01-01'
GROUP BY 1, 2
