-- Leads with a meeting so far, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE is_dated AND is_met)
    / nullif(count(*) FILTER (WHERE is_dated), 0) AS value,
  count(*) FILTER (WHERE is_dated AND is_met) AS num,
  count(*) FILTER (WHERE is_dated) AS den
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
