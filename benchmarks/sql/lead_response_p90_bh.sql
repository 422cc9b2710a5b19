-- Kaplan–Meier 90th percentile of the opening seconds to the first contact.
WITH days AS (
  SELECT
    date_trunc('month', created_on) AS month,
    first_agent_id AS agent,
    open_seconds AS t,
    count(*) AS leaving,
    count(*) FILTER (WHERE is_answered) AS ended
  FROM facts.lead_hours
  WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
    AND open_seconds IS NOT NULL
  GROUP BY 1, 2, 3
),
risks AS (
  SELECT *, sum(leaving) OVER (PARTITION BY month, agent ORDER BY t DESC) AS at_risk
  FROM days
),
curve AS (
  SELECT
    *,
    sum(CASE WHEN ended < at_risk THEN ln(1 - ended / at_risk) ELSE -1e9 END)
      OVER (PARTITION BY month, agent ORDER BY t) AS log_s,
    sum(CASE WHEN ended < at_risk THEN ended / at_risk / (at_risk - ended) ELSE 0 END)
      OVER (PARTITION BY month, agent ORDER BY t) AS greenwood
  FROM risks
),
band AS (
  SELECT
    *,
    exp(log_s) AS s,
    CASE WHEN log_s > -1e-15 THEN 1 WHEN log_s < -1e8 THEN 0
      ELSE exp(log_s * exp(1.959963984540054 * sqrt(greenwood) / abs(log_s))) END AS s_low,
    CASE WHEN log_s > -1e-15 THEN 1 WHEN log_s < -1e8 THEN 0
      ELSE exp(log_s * exp(-1.959963984540054 * sqrt(greenwood) / abs(log_s))) END AS s_high
  FROM curve
)
SELECT
  month, agent,
  min(t) FILTER (WHERE s <= 0.100000000001) AS value,
  min(t) FILTER (WHERE s_low <= 0.100000000001) AS lo,
  min(t) FILTER (WHERE s_high <= 0.100000000001) AS hi,
  sum(leaving) AS n,
  sum(ended) AS ended
FROM band
GROUP BY 1, 2
