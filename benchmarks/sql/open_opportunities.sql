-- Opportunities open at the end of each month, by today's owner.
WITH months AS (
  SELECT
    CAST(m AS DATE) AS month,
    CAST(m + INTERVAL 1 MONTH AS DATE) AS ends_on,
    (m + INTERVAL 1 MONTH) AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC' AS ends_at
  FROM generate_series(TIMESTAMP '2023-01-01', TIMESTAMP '2025-12-01', INTERVAL 1 MONTH) AS s(m)
)
SELECT
  m.month, o.current_agent_id AS agent,
  count(*) FILTER (WHERE NOT o.is_void) AS value,
  count(*) FILTER (WHERE NOT o.is_void) AS n,
  count(*) FILTER (WHERE o.is_void) AS excluded_void
FROM facts.opportunity AS o
JOIN months AS m ON o.created_on < m.ends_on AND (o.is_open OR o.closed_on >= m.ends_on)
GROUP BY 1, 2
