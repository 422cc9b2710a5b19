-- Leads that became customers within 180 days, by first owner and month.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE NOT is_existing AND seen_days >= 180 AND customer_days < 180)
    / nullif(count(*) FILTER (WHERE NOT is_existing AND seen_days >= 180
      AND (customer_days IS NOT NULL OR NOT is_customer)), 0) AS value,
  count(*) FILTER (WHERE NOT is_existing AND seen_days >= 180 AND customer_days < 180) AS num,
  count(*) FILTER (WHERE NOT is_existing AND seen_days >= 180
    AND (customer_days IS NOT NULL OR NOT is_customer)) AS den,
  count(*) FILTER (WHERE is_existing) AS excluded_existing,
  count(*) FILTER (WHERE NOT is_existing AND seen_days < 180) AS excluded_immature
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
