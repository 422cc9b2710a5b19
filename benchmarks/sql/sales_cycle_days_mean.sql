-- Mean days from creation to the win, by the owner at the closing and month.
SELECT
  date_trunc('month', closed_on) AS month,
  closed_agent_id AS agent,
  avg(anchor_days) FILTER (WHERE is_won AND NOT is_void AND anchor_days >= 0) AS value,
  count(*) FILTER (WHERE is_won AND NOT is_void AND anchor_days >= 0) AS n,
  count(*) FILTER (WHERE is_won AND is_void) AS excluded_void
FROM facts.opportunity
WHERE closed_on >= DATE '2023-01-01' AND closed_on < DATE '2026-01-01'
GROUP BY 1, 2
