-- Meetings booked, by who booked and month.
SELECT
  date_trunc('month', booked_on) AS month,
  booked_agent_id AS agent,
  count(*) FILTER (WHERE NOT is_rebooked) AS value,
  count(*) FILTER (WHERE NOT is_rebooked) AS n,
  count(*) FILTER (WHERE is_rebooked) AS excluded_rebooked
FROM facts.meeting
WHERE booked_on >= DATE '2023-01-01' AND booked_on < DATE '2026-01-01'
GROUP BY 1, 2
