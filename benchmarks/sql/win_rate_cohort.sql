-- Opportunities won within 180 days, by first owner and month of creation.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  count(*) FILTER (WHERE NOT is_void AND seen_days >= 180 AND is_won AND cycle_days < 180)
    / nullif(count(*) FILTER (WHERE NOT is_void AND seen_days >= 180
      AND (NOT is_won OR cycle_days IS NOT NULL)), 0) AS value,
  count(*) FILTER (WHERE NOT is_void AND seen_days >= 180 AND is_won AND cycle_days < 180) AS num,
  count(*) FILTER (WHERE NOT is_void AND seen_days >= 180
    AND (NOT is_won OR cycle_days IS NOT NULL)) AS den,
  count(*) FILTER (WHERE is_void) AS excluded_void,
  count(*) FILTER (WHERE NOT is_void AND seen_days < 180) AS excluded_immature
FROM facts.opportunity
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2
