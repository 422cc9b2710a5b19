-- Median days from a lead to the customer it became, by the owner then and month.
SELECT
  date_trunc('month', won_on) AS month,
  won_agent_id AS agent,
  median(customer_days) FILTER (WHERE is_customer AND NOT is_existing AND customer_days >= 0)
    AS value,
  avg(customer_days) FILTER (WHERE is_customer AND NOT is_existing AND customer_days >= 0)
    AS mean,
  count(*) FILTER (WHERE is_customer AND NOT is_existing AND customer_days >= 0) AS n,
  count(*) FILTER (WHERE is_customer AND is_existing) AS excluded_existing
FROM facts.lead
WHERE won_on >= DATE '2023-01-01' AND won_on < DATE '2026-01-01'
GROUP BY 1, 2
