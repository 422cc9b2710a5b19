-- Median and mean age of the opportunities open at the end of each month, by today's owner.
WITH months AS (
  SELECT
    CAST(m AS DATE) AS month,
    CAST(m + INTERVAL 1 MONTH AS DATE) AS ends_on,
    (m + INTERVAL 1 MONTH) AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS ends_at
  FROM generate_series(TIMESTAMP '2023-01-01', TIMESTAMP '2025-12-01', INTERVAL 1 MONTH) AS s(m)
),
aged AS (
  SELECT
    m.month, o.current_agent_id AS agent, o.is_void,
    CASE WHEN o.created_at IS NULL THEN m.ends_on - o.created_on
      ELSE (epoch(m.ends_at) - epoch(o.created_at)) / 86400.0 END AS age
  FROM facts.opportunity AS o
  JOIN months AS m ON o.created_on < m.ends_on AND (o.is_open OR o.closed_on >= m.ends_on)
)
SELECT
  month, agent,
  median(age) FILTER (WHERE NOT is_void AND age >= 0) AS value,
  avg(age) FILTER (WHERE NOT is_void AND age >= 0) AS mean,
  count(*) FILTER (WHERE NOT is_void AND age >= 0) AS n,
  count(*) FILTER (WHERE is_void) AS excluded_void
FROM aged
GROUP BY 1, 2
