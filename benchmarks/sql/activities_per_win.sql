-- Activities of the won opportunities over their number, by owner at the closing.
SELECT
  date_trunc('month', closed_on) AS month,
  closed_agent_id AS agent,
  sum(activities) FILTER (WHERE NOT is_void)
    / nullif(count(*) FILTER (WHERE NOT is_void), 0) AS value,
  sum(activities) FILTER (WHERE NOT is_void) AS num,
  count(*) FILTER (WHERE NOT is_void) AS den
FROM facts.win_effort
WHERE closed_on >= DATE '2023-01-01' AND closed_on < DATE '2026-01-01'
GROUP BY 1, 2
