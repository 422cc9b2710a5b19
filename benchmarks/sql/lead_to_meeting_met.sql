-- First meetings booked with a lead, by who booked and month.
SELECT
  date_trunc('month', booked_on) AS month,
  booked_agent_id AS agent,
  count(*) FILTER (WHERE is_first_of_lead) AS value,
  count(*) FILTER (WHERE is_first_of_lead) AS n
FROM facts.meeting
WHERE booked_on >= DATE '2023-01-01' AND booked_on < DATE '2026-01-01'
GROUP BY 1, 2
