-- Leads with an opportunity within 30 days, by time to the first contact.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  coalesce(response_bin, '(none)') AS response_bin,
  count(*) FILTER (WHERE response_bin IS NOT NULL AND seen_days >= 30 AND opp_days < 30)
    / nullif(count(*) FILTER (WHERE response_bin IS NOT NULL AND seen_days >= 30
    AND (opp_days IS NOT NULL OR NOT is_converted)), 0)
    AS value,
  count(*) FILTER (WHERE response_bin IS NOT NULL AND seen_days >= 30 AND opp_days < 30)
    AS num,
  count(*) FILTER (WHERE response_bin IS NOT NULL AND seen_days >= 30
    AND (opp_days IS NOT NULL OR NOT is_converted)) AS den,
  count(*) FILTER (WHERE seen_days < 30) AS excluded_immature
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
