-- Different leads contacted, by who did and month.
SELECT
  date_trunc('month', at_on) AS month,
  contacted_agent_id AS agent,
  count(DISTINCT anchor_id) AS value,
  count(*) AS n
FROM facts.lead_contact
WHERE at_on >= DATE '2023-01-01' AND at_on < DATE '2026-01-01'
GROUP BY 1, 2
