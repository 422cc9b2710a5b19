-- Leads that became customers so far, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE is_customer AND NOT is_existing)
    / nullif(count(*) FILTER (WHERE is_dated AND NOT is_existing), 0) AS value,
  count(*) FILTER (WHERE is_customer AND NOT is_existing) AS num,
  count(*) FILTER (WHERE is_dated AND NOT is_existing) AS den,
  count(*) FILTER (WHERE is_existing) AS excluded_existing
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
