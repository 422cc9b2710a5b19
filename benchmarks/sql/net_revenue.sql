-- Orders less refunds on their dates, by who sold and month.
SELECT
  date_trunc('month', booked_on) AS month,
  sold_agent_id AS agent,
  sum(value_booked) AS value,
  count(*) AS n,
  count(value_booked) AS valued
FROM facts.revenue
WHERE booked_on >= DATE '2023-01-01' AND booked_on < DATE '2026-01-01'
GROUP BY 1, 2
