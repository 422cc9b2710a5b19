-- Leads with an opportunity within 90 days, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE seen_days >= 90 AND opp_days < 90)
    / nullif(count(*) FILTER (WHERE seen_days >= 90
      AND (opp_days IS NOT NULL OR NOT is_converted)), 0) AS value,
  count(*) FILTER (WHERE seen_days >= 90 AND opp_days < 90) AS num,
  count(*) FILTER (WHERE seen_days >= 90 AND (opp_days IS NOT NULL OR NOT is_converted)) AS den,
  count(*) FILTER (WHERE seen_days < 90) AS excluded_immature
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
